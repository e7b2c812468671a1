package app

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

func (d *desk) numbers() NumbersPage {
	d.Helper()
	page, err := bound[*Numbers](d).GetPage(false)
	return do(d, page, err)
}

// Duplicate deliveries count once, and what was counted stays when the person
// goes. (Recital 26 GDPR.)
func TestNumbersSurviveAnErasure(t *testing.T) {
	d := open(t)
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.Duplicates = 3 })
	anna := d.anna()
	row := d.say(anna, "Haben Sie offen?")
	d.say(anna, "Und morgen?")
	d.awaitStatus(d.send(SendTextRequest{ConversationID: row.ID, Text: "Ja"}), inbox.StatusRead)
	d.check(d.sim.WaitIdle(d.ctx))
	before := d.numbers()
	last := before.Spans[len(before.Spans)-1]
	if before.Totals != (NumberSpan{In: 2, Hand: 1}) || last.In != 2 || len(before.Spans) != 30 || before.Median != "5m" ||
		!reflect.DeepEqual(before.Sources, []NumberSource{{Kind: "direct", Count: 1}}) || !reflect.DeepEqual(before.Kinds, []NumberBucket{{"text", 2}}) {
		t.Errorf("counted %+v", before)
	}
	report, err := d.customers.Erase(row.CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if after := d.numbers(); !reflect.DeepEqual(after, before) {
		t.Errorf("after the erasure %+v", after)
	}
}

// STOPP counts as a message and its confirmation as one nobody wrote.
func TestNumbersTellAutomaticMessages(t *testing.T) {
	d := open(t)
	d.tells(d.anna(), "STOPP")
	d.await("confirmation", func() bool { return d.numbers().Totals.Auto == 1 })
	if n := d.numbers(); n.Totals.Hand != 0 || n.Median != "" {
		t.Errorf("counted %+v", n.Totals)
	}
}

func TestNumbersAsATable(t *testing.T) {
	d := open(t)
	today := store.DayOf(time.Now())
	d.check(d.app.open.store.Update(d.ctx, func(tx *store.Tx) error {
		for period, topic := range map[string]store.Topic{today: store.TopicIn, "2019-01-01": store.TopicOut} {
			if err := tx.Count(topic, period, "=cmd"); err != nil {
				return err
			}
		}
		return nil
	}))
	path := filepath.Join(t.TempDir(), "Zahlen.csv")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return path, nil }
	numbers := bound[*Numbers](d)
	_, err := numbers.Export(NumbersExport{Name: "Zahlen", Words: map[string]string{"period": "Zeitraum", "topic.in": "Eingang"}})
	d.check(err)
	b, err := os.ReadFile(path)
	d.check(err)
	want := "\ufeffZeitraum,topic,bucket,count\r\n2019-01-01,out,'=cmd,1\r\n" + today + ",Eingang,'=cmd,1\r\n"
	if string(b) != want {
		t.Errorf("%q", b)
	}
	d.refused("keep", numbers.SaveKeep(1), inbox.CodeInvalid, "keepMonths")
	d.check(numbers.SaveKeep(13))
	_, err = numbers.Export(NumbersExport{Name: "Zahlen"})
	d.check(err)
	if b, err = os.ReadFile(path); strings.Contains(string(b), "2019") || err != nil {
		t.Errorf("kept %q, %v", b, err)
	}
}

func TestNumbersOfMonths(t *testing.T) {
	got := spans(time.Date(2026, 3, 31, 23, 59, 0, 0, time.Local), true)
	if len(got) != 12 || got[0].Period != "2025-04" || got[11].Period != "2026-03" {
		t.Errorf("%+v", got)
	}
	days := spans(time.Date(2026, 3, 31, 0, 1, 0, 0, time.Local), false)
	if len(days) != 30 || days[0].Period != "2026-03-02" || days[29].Period != "2026-03-31" {
		t.Errorf("%+v", days)
	}
}

// The invented person of the erasure's self-test is counted nowhere, also while
// all of her is still there, as a kill in the middle leaves it.
func TestInventedPersonIsCountedNowhere(t *testing.T) {
	d := open(t)
	d.say(d.anna(), "Guten Tag")
	look := func() (all []any) {
		d.Helper()
		register, err := (&Codes{d.app}).ListRegister()
		do(d, register, err)
		automatic, err := d.app.open.store.CountAutomatic(d.ctx)
		do(d, automatic, err)
		people, err := d.app.open.store.CountPeople(d.ctx)
		do(d, people, err)
		usage, err := d.app.open.store.ListCounted(d.ctx, time.Time{})
		do(d, usage, err)
		d.check(d.app.open.store.Update(d.ctx, func(tx *store.Tx) error {
			audience, err := tx.ListLive("news")
			all = append(all, len(audience))
			return err
		}))
		return append(all, d.numbers(), register, automatic, people, usage, d.list().Rows)
	}
	before := look()
	_, err := d.app.open.store.BeginProbe(d.ctx, store.Probe{Name: "Selbsttest", Number: "999000000000001", Texts: []string{"erfunden", "STOPP"}, Note: "Notiz", File: []byte("Datei")}, time.Now())
	d.check(err)
	if during := look(); !reflect.DeepEqual(during, before) {
		t.Errorf("counted:\n%+v\nbefore:\n%+v", during, before)
	}
	d.check(d.app.open.eraser.RunPending(d.ctx))
	if after := look(); !reflect.DeepEqual(after, before) {
		t.Errorf("counted afterwards:\n%+v\nbefore:\n%+v", after, before)
	}
}
