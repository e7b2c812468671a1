package retention_test

import (
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/retention"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

func rule(t *testing.T, c retention.Class) retention.Rule {
	t.Helper()
	rules := retention.Catalogue(retention.Germany)
	i := slices.IndexFunc(rules, func(r retention.Rule) bool { return r.Class == c })
	if i < 0 {
		t.Fatalf("no rule for %s", c)
	}
	return rules[i]
}

func TestEnds(t *testing.T) {
	midnight := func(y int) time.Time { return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		class      retention.Class
		start, end time.Time
	}{
		{retention.Unanswered, day(2026, 1, 31), day(2026, 3, 2)},
		{retention.Enquiry, day(2026, 8, 31), day(2027, 2, 28)}, // cut to the end of the shorter month
		{retention.Enquiry, day(2027, 8, 31), day(2028, 2, 29)},
		{retention.Order, day(2028, 2, 29), day(2029, 2, 28)},
		{retention.Claims, day(2026, 1, 1), midnight(2030)},
		{retention.Claims, day(2026, 12, 31), midnight(2030)},
		{retention.Letter, day(2026, 6, 1), midnight(2033)},
		{retention.Voucher, day(2026, 6, 1), midnight(2035)},
	} {
		if got := rule(t, test.class).End(test.start); !got.Equal(test.end) {
			t.Errorf("%s from %s: %s, want %s", test.class, test.start.Format(time.DateOnly), got, test.end)
		}
	}
}

func TestBookkeepingOfOtherCountries(t *testing.T) {
	for country, years := range map[retention.Country]int{retention.Germany: 8, retention.Austria: 7, retention.Switzerland: 10} {
		for _, r := range retention.Catalogue(country) {
			if r.Class == retention.Voucher && r.Period.Years != years {
				t.Errorf("%s: %d years", country, r.Period.Years)
			}
		}
	}
}

func TestShopChoosesWithinTheRange(t *testing.T) {
	rules := retention.Catalogue(retention.Germany)
	got, err := retention.Apply(rules, []retention.Choice{{Class: retention.Enquiry, Period: retention.Period{Months: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if want := rules[i].Period; got[i].Class == retention.Enquiry {
			if got[i].Period.Months != 3 || rules[i].Period.Months != 6 {
				t.Errorf("%+v", got[i])
			}
		} else if got[i].Period != want {
			t.Errorf("%s changed", got[i].Class)
		}
	}
	for name, c := range map[string]retention.Choice{
		"too long":     {Class: retention.Enquiry, Period: retention.Period{Months: 13}},
		"too short":    {Class: retention.Order, Period: retention.Period{Months: 1}},
		"fixed by law": {Class: retention.Voucher, Period: retention.Period{Years: 5}},
		"fixed, off":   {Class: retention.Letter, Period: retention.Period{Years: 6}, Off: true},
		"unknown":      {Class: "x"},
	} {
		if _, err := retention.Apply(rules, []retention.Choice{c}); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var (
	erika = inbox.CustomerID{1}
	bernd = inbox.CustomerID{2}
	now   = day(2026, 11, 22)
)

func plan(f retention.Facts) retention.Plan {
	return retention.MakePlan(retention.Catalogue(retention.Germany), f, now)
}

func TestPlanOfConversations(t *testing.T) {
	old := day(2025, 1, 1)
	for name, test := range map[string]struct {
		c      retention.Conversation
		class  retention.Class // empty: stays
		action retention.Action
	}{
		"answered enquiry after six months": {retention.Conversation{Answered: true, LastAt: day(2026, 5, 22)}, retention.Enquiry, retention.Erase},
		"a moment before":                   {retention.Conversation{Answered: true, LastAt: day(2026, 5, 22).Add(time.Second)}, "", ""},
		"never answered":                    {retention.Conversation{LastAt: day(2026, 10, 1)}, retention.Unanswered, retention.Erase},
		"spam, answered by mistake":         {retention.Conversation{Kind: retention.KindSpam, Answered: true, LastAt: day(2026, 10, 1)}, retention.Unanswered, retention.Erase},
		"open order":                        {retention.Conversation{Kind: retention.KindOrder, Answered: true, LastAt: old}, "", ""},
		"order closed a year ago":           {retention.Conversation{Kind: retention.KindOrder, LastAt: old, ClosedAt: day(2025, 11, 22)}, retention.Order, retention.Erase},
		"order with claims":                 {retention.Conversation{Kind: retention.KindOrder, Claims: true, LastAt: old, ClosedAt: day(2025, 11, 22)}, retention.Order, retention.Archive},
		"claims that have lapsed":           {retention.Conversation{Kind: retention.KindComplaint, Claims: true, LastAt: old, ClosedAt: day(2021, 5, 1)}, retention.Order, retention.Erase},
		"hold":                              {retention.Conversation{Answered: true, Hold: true, LastAt: old}, "", ""},
	} {
		test.c.ID, test.c.Customer, test.c.Messages = 1, erika, 1
		p := plan(retention.Facts{Conversations: []retention.Conversation{test.c}})
		if test.class == "" {
			if len(p.Items) != 0 || len(p.Customers) != 0 || len(p.Oldest) != 1 {
				t.Errorf("%s: %+v", name, p)
			}
			continue
		}
		if len(p.Items) != 1 || p.Items[0].Class != test.class || p.Items[0].Action != test.action || p.Items[0].Due.After(now) {
			t.Errorf("%s: %+v", name, p.Items)
		}
		if !slices.Equal(p.Customers, []inbox.CustomerID{erika}) {
			t.Errorf("%s: customers %v", name, p.Customers)
		}
	}
}

func TestCustomerStaysWhileOneConversationDoes(t *testing.T) {
	p := plan(retention.Facts{Conversations: []retention.Conversation{
		{ID: 1, Customer: erika, Answered: true, Messages: 1, LastAt: day(2025, 1, 1)},
		{ID: 2, Customer: erika, Answered: true, Messages: 1, LastAt: day(2026, 11, 1)},
		{ID: 3, Customer: bernd, Answered: true, Messages: 1, LastAt: day(2025, 1, 1)},
	}})
	if len(p.Items) != 2 || !slices.Equal(p.Customers, []inbox.CustomerID{bernd}) {
		t.Errorf("%+v", p)
	}
}

func TestSensitiveMessagesGoEarlier(t *testing.T) {
	in := func(c inbox.ConversationID, at time.Time) retention.Message {
		id, err := inbox.FirstMessageID(c, at)
		if err != nil {
			t.Fatal(err)
		}
		return retention.Message{ID: id, Customer: erika, SentAt: at}
	}
	late, early := in(1, day(2026, 10, 1)), in(1, day(2026, 11, 20))
	withConversation, held := in(2, day(2025, 1, 1)), in(1, day(2026, 10, 2))
	held.Hold = true
	p := plan(retention.Facts{
		Conversations: []retention.Conversation{
			{ID: 1, Customer: erika, Answered: true, Messages: 4, LastAt: day(2026, 11, 20)},
			{ID: 2, Customer: bernd, Answered: true, Messages: 2, LastAt: day(2025, 1, 1)},
		},
		Sensitive: []retention.Message{late, early, withConversation, held},
	})
	if len(p.Items) != 2 || p.Items[0].Message != late.ID || p.Items[1].Conversation != 2 || p.Held != 1 {
		t.Errorf("%+v", p)
	}
	if !p.Oldest[retention.Sensitive].Equal(held.SentAt) {
		t.Errorf("oldest %v", p.Oldest)
	}
}

func TestArchiveEnds(t *testing.T) {
	p := plan(retention.Facts{Archive: []retention.Archived{
		{ID: 1, Class: retention.Letter, EndsAt: day(2026, 1, 1)},
		{ID: 2, Class: retention.Voucher, StartsAt: day(2020, 1, 1), EndsAt: day(2029, 1, 1)},
		{ID: 3, Class: retention.Letter, EndsAt: day(2026, 1, 1), Hold: true},
	}})
	if len(p.Items) != 1 || p.Items[0].Archive != 1 || p.Held != 1 || !p.Oldest[retention.Voucher].Equal(day(2020, 1, 1)) {
		t.Errorf("%+v", p)
	}
}

func TestEmptyConversationKeepsNobody(t *testing.T) {
	p := plan(retention.Facts{Conversations: []retention.Conversation{{ID: 1, Customer: erika}, {ID: 2, Customer: bernd}, {ID: 3, Customer: bernd, Messages: 1, LastAt: now}}})
	if len(p.Items) != 2 || !slices.Equal(p.Customers, []inbox.CustomerID{erika}) {
		t.Errorf("%+v", p)
	}
}

func TestRuleThatIsOffKeeps(t *testing.T) {
	rules, err := retention.Apply(retention.Catalogue(retention.Germany),
		[]retention.Choice{{Class: retention.Enquiry, Period: retention.Period{Months: 6}, Off: true}})
	if err != nil {
		t.Fatal(err)
	}
	p := retention.MakePlan(rules, retention.Facts{Conversations: []retention.Conversation{{ID: 1, Customer: erika, Answered: true, Messages: 1, LastAt: day(2020, 1, 1)}}}, now)
	if len(p.Items) != 0 {
		t.Errorf("%+v", p.Items)
	}
}

func TestCaseFilesEndByThemselves(t *testing.T) {
	p := plan(retention.Facts{Cases: []retention.CaseFile{
		{ID: 1, Customer: erika, SettledAt: day(2022, 12, 31)},
		{ID: 2, Customer: erika, SettledAt: day(2023, 1, 1)}, // until the end of 2026
		{ID: 3, Customer: erika},
		{ID: 4, Customer: bernd, SettledAt: day(2022, 5, 1), Hold: true},
	}})
	if len(p.Items) != 1 || p.Items[0].Case != 1 || p.Items[0].Class != retention.Case || p.Held != 1 || len(p.Customers) != 0 {
		t.Errorf("%+v", p)
	}
	if !p.Oldest[retention.Case].Equal(day(2022, 5, 1)) {
		t.Errorf("oldest %v", p.Oldest)
	}
}
