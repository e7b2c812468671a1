package setup

import (
	"context"

	"tresen/internal/cloudapi"
)

// Target is where deliveries shall go.
type Target struct {
	URL string
	// VerifyToken is what Meta's handshake must hear back.
	VerifyToken string
	// Header carries Secret where the provider does not sign.
	Header, Secret string
}

// Account is whose deliveries they are. App is a client with the app's own
// token, "id|secret"; it is nil for 360dialog, who has the app.
type Account struct {
	API   *cloudapi.Client
	App   *cloudapi.Client
	AppID string
}

// PointCallback makes the provider bring the number's deliveries to the target
// and reads back that it does. Deliveries about the account itself go to the
// app's own address, which is set only if nobody else has set it: an app may
// serve other programs. (Meta docs: Webhook overrides.)
func PointCallback(ctx context.Context, a Account, to Target) Findings {
	var f Findings
	if a.App == nil {
		if err := a.API.SetCallbackHeader(ctx, to.URL, to.Header, to.Secret); err != nil {
			f.refuse("callback.set", err)
			return f
		}
		f.pass("callback.set")
		readBack(ctx, a.API, to, &f)
		return f
	}
	if !subscribe(ctx, a, &f) || !subscribeApp(ctx, a, to, &f) {
		return f
	}
	if err := a.API.SetCallback(ctx, to.URL, to.VerifyToken); err != nil {
		f.refuse("callback.set", err)
		return f
	}
	f.pass("callback.set")
	readBack(ctx, a.API, to, &f)
	return f
}

func subscribe(ctx context.Context, a Account, f *Findings) bool {
	subscribed, err := a.API.Subscribed(ctx, a.AppID)
	if err == nil && !subscribed {
		err = a.API.Subscribe(ctx)
	}
	if err != nil {
		f.refuse("callback.subscribed", err)
		return false
	}
	f.pass("callback.subscribed")
	return true
}

func subscribeApp(ctx context.Context, a Account, to Target, f *Findings) bool {
	s, err := a.App.AppSubscription(ctx, a.AppID)
	switch {
	case err != nil:
	case s.Messages && s.Callback != "":
		if !cloudapi.SameAddress(s.Callback, to.URL) {
			f.warn("callback.appElsewhere", "")
			return true
		}
	case s.Callback != "" && !cloudapi.SameAddress(s.Callback, to.URL):
		// Keep the other program's address, add the fields it lacks: that needs
		// its verify token, which nobody here knows.
		f.fail("callback.appFields")
		return false
	default:
		err = a.App.SetAppSubscription(ctx, a.AppID, to.URL, to.VerifyToken)
	}
	if err != nil {
		f.refuse("callback.app", err)
		return false
	}
	f.pass("callback.app")
	return true
}

func readBack(ctx context.Context, api *cloudapi.Client, to Target, f *Findings) {
	c, err := api.Callbacks(ctx)
	switch {
	case err != nil:
		f.refuse("callback.read", err)
	case !cloudapi.SameAddress(c.Effective(), to.URL):
		f.fail("callback.read")
	default:
		f.pass("callback.read")
	}
}
