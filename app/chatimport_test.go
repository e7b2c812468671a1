package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

// export writes an export and chooses it.
func (d *desk) export(text string) (ChatFile, error) {
	d.Helper()
	path := filepath.Join(d.TempDir(), "WhatsApp Chat mit Anna.txt")
	d.check(os.WriteFile(path, []byte(text), 0o600))
	d.app.cfg.PickFiles = func() ([]string, error) { return []string{path}, nil }
	return (&ChatImports{d.app}).Choose()
}

const phoneChat = "20.11.25, 09:01 - Anna: Bestellung vom Vorjahr\n20.11.25, 09:06 - Blumen: Wie immer, Frau Äpfel\n20.11.25, 09:07 - Anna: STOPP\n"

func TestChatComesInFromTheWindowAndGoes(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	imports := &ChatImports{d.app}
	file, err := d.export(phoneChat)
	if do(d, file, err); len(file.Senders) != 2 || file.Example != "" {
		t.Fatalf("file %+v", file)
	}
	request := ChatImportRequest{Token: file.Token, ConversationID: row.ID, Shop: 1}
	p, err := imports.Preview(request)
	if do(d, p, err); p.Messages != 3 || p.Sender != "Anna" || p.Customer != "Anna Äpfel" || len(p.Lines) != 3 || !p.Lines[1].FromShop {
		t.Errorf("preview %+v", p)
	}
	done, err := imports.Run(request)
	if do(d, done, err); done.Messages != 3 {
		t.Errorf("done %+v", done)
	}
	messages := d.messages(row.ID)
	if len(messages) != 4 || !messages[0].Imported || messages[1].Direction != "echo" || messages[3].Imported {
		t.Errorf("messages %+v", messages)
	}
	if got := d.newsOf(row.CustomerID); got != "" {
		t.Errorf("an imported STOPP counts: %q", got)
	}
	d.await("search", func() bool {
		page, err := (&Search{d.app}).Find(SearchRequest{Text: "vorjahr", Limit: 5})
		return len(do(d, page, err).Messages) == 1
	})
	list, err := imports.List(row.ID)
	if do(d, list, err); len(list) != 1 || list[0].Messages != 3 {
		t.Fatalf("imports %+v", list)
	}
	d.check(imports.Remove(RemoveImportRequest{ID: list[0].ID, ConversationID: row.ID}))
	if n := len(d.messages(row.ID)); n != 1 {
		t.Errorf("%d messages are left", n)
	}
	page, err := (&Search{d.app}).Find(SearchRequest{Text: "vorjahr", Limit: 5})
	if do(d, page, err); len(page.Messages) != 0 {
		t.Error("still found")
	}
}

// A second click while an import runs must not bring everything in twice.
func TestChatIsImportedOnce(t *testing.T) {
	d := newDesk(t)
	again := make(chan error, 10)
	var request ChatImportRequest
	d.cfg.Emit = func(name EventName, payload any) {
		if name == EventTaskProgress { // the first import is under way
			_, err := (&ChatImports{d.app}).Run(request)
			again <- err
		}
		d.note(name, payload)
	}
	d.start()
	d.connect(d.request())
	row := d.say(d.anna(), "Guten Tag")
	file, err := d.export(phoneChat)
	do(d, file, err)
	request = ChatImportRequest{Token: file.Token, ConversationID: row.ID, Shop: 1}
	done, err := (&ChatImports{d.app}).Run(request)
	if do(d, done, err); done.Messages != 3 {
		t.Errorf("done %+v", done)
	}
	d.refused("the second", <-again, inbox.CodeConflict, "")
	list, err := (&ChatImports{d.app}).List(row.ID)
	if do(d, list, err); len(list) != 1 {
		t.Errorf("imports %+v", list)
	}
}

func TestChatImportAsksWhatItCannotKnow(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	imports := &ChatImports{d.app}
	file, err := d.export("03/04/2025, 10:00 - Anna: hallo\n04/05/2025, 10:00 - Blumen: hallo\n")
	if do(d, file, err); file.Example != "03/04/2025" || file.DayFirst != "2025-04-03" || file.MonthFirst != "2025-03-04" {
		t.Fatalf("file %+v", file)
	}
	request := ChatImportRequest{Token: file.Token, ConversationID: row.ID, Shop: 1}
	_, err = imports.Run(request)
	d.refused("order", err, inbox.CodeInvalid, "order")
	request.Order, request.Shop = "month", -1
	_, err = imports.Preview(request)
	d.refused("shop", err, inbox.CodeInvalid, "shop")
	d.check(imports.Drop(file.Token))
	_, err = imports.Preview(request)
	d.refused("dropped", err, inbox.CodeNotFound, "")
	_, err = d.export("20.11.25, 09:01 - Anna hat die Gruppe „Chor“ erstellt.\n20.11.25, 09:02 - Anna: hallo\n")
	d.refused("group", err, inbox.CodeInvalid, "exportGroup")
}

// What was imported goes with the person, and nothing of it is readable on the disk.
func TestImportedChatIsErasedWithThePerson(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	file, err := d.export(phoneChat)
	do(d, file, err)
	_, err = (&ChatImports{d.app}).Run(ChatImportRequest{Token: file.Token, ConversationID: row.ID, Shop: 1})
	d.check(err)
	secrets := []string{"Vorjahr", "Frau Äpfel"}
	mustNotHold(t, contents(t, d.cfg.DataDir), secrets)
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if report.Messages != 4 || report.ScanHits != 0 {
		t.Errorf("report %+v", report)
	}
	if strings.Contains(strings.Join(d.told(), ""), "Vorjahr") {
		t.Error("an event told what was written")
	}
}
