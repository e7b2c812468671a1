package app

import (
	"encoding/json"
	"os"
	"testing"

	"tresen/internal/simulator"
)

// The self-test passes, is in the log, and disturbs nothing; the log is whole,
// leaves as paper and as JSON, and shows where somebody changed it.
func TestLogAndSelfTestFromTheWindow(t *testing.T) {
	d := open(t)
	path := d.savesInto(t.TempDir())
	d.say(d.anna(), "Guten Tag")
	before := d.list()
	log := &Log{d.app}
	result, err := log.SelfTest()
	if do(d, result, err); !result.Passed || result.Sealed == 0 || result.Messages != 5 || result.Media != 1 || result.Left != 0 {
		t.Errorf("%+v", result)
	}
	if after := d.list(); len(after.Rows) != len(before.Rows) {
		t.Error("the list was disturbed")
	}
	sheet, err := log.List(LogRequest{Language: "de"})
	if do(d, sheet, err); sheet.BrokenAt != 0 || sheet.Entries == 0 || sheet.Rows[0].Kind != "selfTest" || sheet.Rows[0].Title != "Selbsttest der Löschung" || len(sheet.Rows[0].Lines) == 0 {
		t.Errorf("%+v", sheet)
	}
	for kind, start := range map[string]string{"pdf": "%PDF", "json": "{"} {
		saved, err := log.Export(LogExport{kind, "de"})
		b, errRead := os.ReadFile(*path)
		if !do(d, saved, err).Saved || errRead != nil || string(b[:len(start)]) != start || kind == "json" && !json.Valid(b) {
			t.Errorf("%s: %v", kind, errRead)
		}
	}
	if rows, err := log.ListErasures(); err != nil || len(rows) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
}

// What waits for Meta is listed, and taken up when asked.
func TestWaitingErasureIsListedAndRetried(t *testing.T) {
	d := open(t)
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.FailRequests, f.FailStatus, f.FailEdge = 1000, 503, "contact_book" })
	row := d.say(d.anna(), "Bitte löschen")
	log := &Log{d.app}
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	rows, err := log.ListErasures()
	if do(d, rows, err); len(rows) != 1 || rows[0].State != "waiting" || !rows[0].Erased || rows[0].Case != report.Case {
		t.Errorf("%+v", rows)
	}
	d.sim.SetFaults(simulator.Faults{})
	d.check(log.Retry())
	d.await("contact book", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).ContactBook == "deleted"
	})
}
