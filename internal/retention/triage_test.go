package retention

import (
	"testing"
	"time"

	"tresen/internal/inbox"
)

var triageNow = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// Every case of a conversation: what is proposed, what else is open, until when and why.
func TestTriageOfAConversation(t *testing.T) {
	for name, c := range map[string]struct {
		conversation Conversation
		choices      []Decision
		reason       Reason
		until        time.Time
	}{
		"enquiry":          {Conversation{Kind: KindEnquiry, Messages: 3}, []Decision{DecideErase}, ReasonOver, time.Time{}},
		"spam":             {Conversation{Kind: KindSpam, Messages: 3}, []Decision{DecideErase}, ReasonOver, time.Time{}},
		"settled order":    {Conversation{Kind: KindOrder, Messages: 3, ClosedAt: day(2026, 2, 1)}, []Decision{DecideErase, DecideRestrict}, ReasonOver, day(2030, 1, 1)},
		"old order":        {Conversation{Kind: KindOrder, Messages: 3, ClosedAt: day(2022, 2, 1)}, []Decision{DecideErase}, ReasonOver, time.Time{}},
		"open order":       {Conversation{Kind: KindOrder, Messages: 3}, []Decision{DecideRefuse, DecideRestrict, DecideErase}, ReasonOpen, time.Time{}},
		"open complaint":   {Conversation{Kind: KindComplaint, Messages: 3}, []Decision{DecideRefuse, DecideRestrict, DecideErase}, ReasonOpen, time.Time{}},
		"claims":           {Conversation{Kind: KindOrder, Messages: 3, ClosedAt: day(2026, 2, 1), Claims: true}, []Decision{DecideRestrict, DecideErase, DecideRefuse}, ReasonClaims, day(2030, 1, 1)},
		"held":             {Conversation{Kind: KindEnquiry, Messages: 3, Hold: true}, []Decision{DecideRestrict, DecideRefuse}, ReasonHold, day(2030, 1, 1)},
		"nothing in it":    {Conversation{Kind: KindOrder}, []Decision{DecideErase}, ReasonOver, time.Time{}},
		"claims are over":  {Conversation{Kind: KindOrder, Messages: 3, ClosedAt: day(2022, 2, 1), Claims: true}, []Decision{DecideErase}, ReasonOver, time.Time{}},
		"open claims only": {Conversation{Kind: KindEnquiry, Messages: 3, Claims: true}, []Decision{DecideRestrict, DecideErase, DecideRefuse}, ReasonClaims, day(2030, 1, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			c.conversation.ID, c.conversation.LastAt = 7, day(2026, 2, 1)
			got, err := MakeTriage(Germany, Catalogue(Germany), PersonFacts{Conversations: []Conversation{c.conversation}}, nil, triageNow)
			if err != nil || len(got.Elements) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			e := got.Elements[0]
			if e.Decision != c.choices[0] || len(e.Choices) != len(c.choices) || e.Reason != c.reason || e.Norm == "" {
				t.Errorf("%+v", e)
			}
			for i, d := range c.choices {
				if e.Choices[i] != d {
					t.Errorf("choices %v, want %v", e.Choices, c.choices)
				}
			}
			if !c.until.IsZero() && (e.Until.Year() != c.until.Year() || e.Class != Claims) {
				t.Errorf("until %v as %s", e.Until, e.Class)
			}
			for _, d := range []Decision{DecideErase, DecideRestrict, DecideRefuse} {
				chosen, err := MakeTriage(Germany, Catalogue(Germany), PersonFacts{Conversations: []Conversation{c.conversation}}, map[string]Decision{e.Key(): d}, triageNow)
				open := false
				for _, choice := range c.choices {
					open = open || choice == d
				}
				if (err == nil) != open || open && chosen.Refused() != (d == DecideRefuse) || !open && inbox.CodeOf(err) != inbox.CodeInvalid {
					t.Errorf("%s: %+v, %v", d, chosen, err)
				}
				if kept := chosen.Elements[0]; open && d == DecideRestrict && (kept.Reason == ReasonOver || kept.Reason == ReasonOpen || kept.Norm != normsOf(Germany).claims) {
					t.Errorf("what is kept is kept for %s, %s", kept.Reason, kept.Norm)
				}
			}
		})
	}
}

func TestTriageOfEverythingElse(t *testing.T) {
	facts := PersonFacts{
		Details: 2, Notes: 3, Consents: map[Class]Declared{Proof: {Count: 4, LastAt: day(2025, 5, 5)}}, AdBlocked: true, OpenCases: 1,
		Archive: []Archived{
			{Class: Letter, EndsAt: day(2033, 1, 1), Messages: 1}, {Class: Voucher, EndsAt: day(2035, 1, 1), Messages: 1},
			{Class: Letter, EndsAt: day(2033, 1, 1), Messages: 1, Hold: true}, {Class: Claims, EndsAt: day(2030, 1, 1), Messages: 9, Conversation: 7},
		},
	}
	for _, country := range []Country{Germany, Austria, Switzerland} {
		got, err := MakeTriage(country, Catalogue(country), facts, nil, triageNow)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]struct {
			decision Decision
			count    int
			norm     map[Country]string
		}{
			"details":             {DecideErase, 2, map[Country]string{Germany: "Art. 17(1)(a) GDPR", Austria: "Art. 17(1)(a) GDPR", Switzerland: "Art. 6(4) DSG"}},
			"notes":               {DecideErase, 3, map[Country]string{Germany: "Art. 17(1)(a) GDPR", Austria: "Art. 17(1)(a) GDPR", Switzerland: "Art. 6(4) DSG"}},
			"consents":            {DecideRestrict, 4, map[Country]string{Germany: "Art. 17(3)(e), 7(1) GDPR", Austria: "Art. 17(3)(e), 7(1) GDPR", Switzerland: "Art. 31(1) DSG"}},
			"archive:letter:2033": {DecideRestrict, 2, map[Country]string{Germany: "§ 257 HGB, § 147 AO", Austria: "§ 132 BAO, § 212 UGB", Switzerland: "Art. 958f OR"}},
			"archive:claims:2030": {DecideRestrict, 9, map[Country]string{Germany: "Art. 17(3)(e) GDPR, §§ 195, 199 BGB", Austria: "Art. 17(3)(e) GDPR, § 1489 ABGB", Switzerland: "Art. 31(1) DSG, Art. 127 OR"}},
			"adBlock":             {DecideRestrict, 1, map[Country]string{Germany: "Art. 21(3) GDPR", Austria: "Art. 21(3) GDPR", Switzerland: "Art. 30(2)(b) DSG"}},
			"cases":               {DecideRefuse, 1, map[Country]string{Germany: "Art. 12(3) GDPR", Austria: "Art. 12(3) GDPR", Switzerland: "Art. 25 DSG"}},
		}
		for _, e := range got.Elements {
			if e.Key() == "archive:voucher:2035" {
				continue
			}
			w, ok := want[e.Key()]
			if !ok || e.Decision != w.decision || e.Count != w.count || e.Norm != w.norm[country] {
				t.Errorf("%s: %+v", country, e)
			}
			delete(want, e.Key())
		}
		if len(want) > 0 || !got.Refused() || len(got.Residue()) != len(got.Elements)-2 {
			t.Errorf("%s: missing %v", country, want)
		}
	}
	facts.OpenCases = 0
	facts.Consents = map[Class]Declared{Proof: {Count: 4, LastAt: day(2020, 1, 1)}}
	got, _ := MakeTriage(Germany, Catalogue(Germany), facts, nil, triageNow)
	if got.Refused() || got.Elements[2].Decision != DecideErase {
		t.Errorf("old proof: %+v", got.Elements[2])
	}
	// A conversation that is copied again is not told twice.
	facts.Conversations = []Conversation{{ID: 7, Kind: KindOrder, Messages: 9, Claims: true, LastAt: day(2026, 1, 1), ClosedAt: day(2026, 1, 1)}}
	again, _ := MakeTriage(Germany, Catalogue(Germany), facts, nil, triageNow)
	if len(again.Elements) != len(got.Elements) {
		t.Errorf("%d elements, want %d", len(again.Elements), len(got.Elements))
	}
}
