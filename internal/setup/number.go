package setup

import (
	"context"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// NumberFacts is what is known of a number somebody can choose.
type NumberFacts struct {
	ID            inbox.PhoneNumberID `json:"id"`
	WABAID        string              `json:"wabaId"`
	DisplayNumber string              `json:"displayNumber"`
	VerifiedName  string              `json:"verifiedName"`
	// OnPhoneApp is true for a number that the WhatsApp Business app uses too.
	OnPhoneApp bool `json:"onPhoneApp"`
	// Verified says that a code has proved whose number it is; Registered, that
	// it can be used already.
	Verified   bool `json:"verified"`
	Registered bool `json:"registered"`
}

func numberFacts(n cloudapi.PhoneNumber, waba string) NumberFacts {
	return NumberFacts{
		ID: n.ID, WABAID: waba, DisplayNumber: n.DisplayNumber, VerifiedName: n.VerifiedName, OnPhoneApp: n.OnPhoneApp,
		Verified: n.Verification == "VERIFIED" || n.Verification == "", Registered: n.Registered(),
	}
}

// FindNumbers lists the numbers of the accounts a token may use; client makes
// a client for one of them. A token that may use several people's accounts
// shows all of them: the choice is a person's.
func FindNumbers(ctx context.Context, client func(wabaID string) (*cloudapi.Client, error), wabaIDs []string) ([]NumberFacts, Findings) {
	var f Findings
	var numbers []NumberFacts
	for _, waba := range wabaIDs {
		api, err := client(waba)
		if err != nil {
			f.refuse("number.found", err)
			continue
		}
		list, err := api.PhoneNumbers(ctx)
		if err != nil {
			f.refuse("number.found", err)
			continue
		}
		for _, n := range list {
			numbers = append(numbers, numberFacts(n, waba))
		}
	}
	if len(numbers) == 0 && len(f) == 0 {
		f.fail("number.none")
	}
	return numbers, f
}

// CheckNumber looks whether the number can be used with the client's token, and
// whether the account is the one the number belongs to.
func CheckNumber(ctx context.Context, api *cloudapi.Client, chosen NumberFacts, phoneAppAccepted bool) (NumberFacts, Findings) {
	var f Findings
	number, err := api.PhoneNumber(ctx)
	if err != nil {
		f.refuse("number.readable", err)
		return chosen, f
	}
	facts := numberFacts(number, chosen.WABAID)
	if facts.ID != chosen.ID {
		f.fail("number.belongs")
		return chosen, f
	}
	f.passWith("number.readable", facts.DisplayNumber)
	f.pass("number.belongs")
	f.numberName("number.name", number)
	switch {
	case facts.OnPhoneApp && !phoneAppAccepted:
		f.fail("number.phoneApp")
	case facts.OnPhoneApp:
		f.warn("number.phoneApp", "")
	}
	return facts, f
}

func (f *Findings) numberName(word string, n cloudapi.PhoneNumber) {
	switch n.NameStatus {
	case "", "APPROVED", "AVAILABLE_WITHOUT_REVIEW", "NONE":
		if n.VerifiedName != "" {
			f.passWith(word, n.VerifiedName)
		}
	case "PENDING_REVIEW":
		f.warn(word+"Pending", n.VerifiedName)
	default: // DECLINED, EXPIRED and what may be new
		f.warn(word, n.VerifiedName)
	}
}

// CheckSecret proves that the app secret belongs to the token's app: only with
// both does Meta answer. The client's token is the app's, "id|secret".
func CheckSecret(ctx context.Context, app *cloudapi.Client, appID string) Findings {
	var f Findings
	if _, err := app.AppSubscription(ctx, appID); err != nil {
		if inbox.CodeOf(err) == inbox.CodeTokenExpired {
			f.fail("secret.valid") // what Meta calls a bad token is the wrong secret here
		} else {
			f.refuse("secret.valid", err)
		}
		return f
	}
	f.pass("secret.valid")
	return f
}
