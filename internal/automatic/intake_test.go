package automatic

import (
	"testing"
	"time"
)

func asking() (IntakeSettings, Shop) {
	s := everything().Intake
	s.On = true
	return s, flowers("DE-BY", at(2026, 11, 25, 11, 0))
}

func TestQuestionsToTheEnd(t *testing.T) {
	s, shop := asking()
	now := at(2026, 11, 25, 11, 0)
	i := Intake{AskedAt: now}
	say := func(h Heard) Turn {
		t.Helper()
		now = now.Add(time.Minute)
		h.SentAt = now
		turn := i.Hear(s, shop, h, now)
		if turn.Next != nil {
			i = *turn.Next
		}
		return turn
	}
	if turn := say(Heard{Payload: intakeYes, Text: "Ja"}); turn.Next == nil || len(turn.Messages) != 1 || turn.Messages[0].Text != "Worum geht es?" || len(turn.Messages[0].Buttons) != 3 {
		t.Fatalf("after yes: %+v", turn)
	}
	if turn := say(Heard{Payload: intakeYes, Text: "Ja"}); turn.Next == nil || turn.Messages != nil {
		t.Fatalf("yes tapped twice: %+v", turn)
	}
	if turn := say(Heard{Text: "bestellung "}); turn.Next == nil || turn.Messages[0].Text != "Wann passt es Ihnen am besten?" || turn.Messages[0].Buttons != nil {
		t.Fatalf("a typed choice: %+v", turn)
	}
	turn := say(Heard{Text: "Freitag vormittag"})
	want := "Antworten auf Ihre Fragen, 25.11.2026, 11:04 Uhr\nWorum geht es? – Bestellung\nWann passt es Ihnen am besten? – Freitag vormittag"
	if turn.End != EndDone || turn.Next != nil || turn.Note != want || len(turn.Messages) != 1 {
		t.Errorf("the end: %+v", turn)
	}
}

func TestWhatEndsTheQuestions(t *testing.T) {
	s, shop := asking()
	asked := at(2026, 11, 25, 11, 0)
	begun := Intake{Step: 1, AskedAt: asked}
	half := Intake{Step: 2, AskedAt: asked, Answers: []AnsweredIntake{{"Worum geht es?", "Termin"}}}
	tests := []struct {
		name   string
		intake Intake
		heard  Heard
		after  time.Duration
		end    End
		note   bool
		sent   int
	}{
		{"no", Intake{AskedAt: asked}, Heard{Payload: intakeNo}, time.Minute, EndDeclined, false, 1},
		{"Nein, typed", Intake{AskedAt: asked}, Heard{Text: "Nein", Word: WordNo}, time.Minute, EndDeclined, false, 1},
		{"her matter instead of yes", Intake{AskedAt: asked}, Heard{Text: "Ich brauche einen Strauß"}, time.Minute, EndWords, false, 0},
		{"words instead of a choice", begun, Heard{Text: "Das ist kompliziert"}, time.Minute, EndWords, false, 0},
		{"a picture", half, Heard{}, time.Minute, EndWords, true, 0},
		{"a button of something else", half, Heard{Payload: "other", Text: "Ja"}, time.Minute, EndWords, true, 0},
		{"STOPP", half, Heard{Text: "STOPP", Word: WordStop}, time.Minute, EndStop, true, 0},
		{"LÖSCHEN", begun, Heard{Text: "LÖSCHEN", Word: WordRight}, time.Minute, EndStop, false, 0},
		{"a day later", half, Heard{Text: "Freitag"}, 24 * time.Hour, EndExpired, true, 0},
		{"a person took over", half, Heard{Text: "Freitag", Answered: asked.Add(time.Second)}, time.Minute, EndPerson, true, 0},
		{"asked for a consent meanwhile", Intake{AskedAt: asked}, Heard{Text: "Ja", Word: WordYes, ConsentOpen: true}, time.Minute, EndPerson, false, 0},
	}
	for _, tt := range tests {
		now := asked.Add(tt.after)
		tt.heard.SentAt = now
		turn := tt.intake.Hear(s, shop, tt.heard, now)
		if turn.End != tt.end || turn.Next != nil || (turn.Note != "") != tt.note || len(turn.Messages) != tt.sent {
			t.Errorf("%s: %+v", tt.name, turn)
		}
	}
	early := Heard{Text: "Und noch etwas", SentAt: asked.Add(-time.Second)}
	if turn := (Intake{AskedAt: asked}).Hear(s, shop, early, asked.Add(time.Second)); turn.Next == nil || turn.End != EndNone {
		t.Errorf("written before the question could be read: %+v", turn)
	}
	s.On = false
	if turn := half.Hear(s, shop, Heard{Text: "x", SentAt: asked.Add(time.Minute)}, asked.Add(time.Minute)); turn.End != EndPerson {
		t.Errorf("switched off meanwhile: %+v", turn)
	}
}
