package outbox_test

import (
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// outgoing is one message of each kind that needs no file.
func outgoing() map[string]outbox.Outgoing {
	return map[string]outbox.Outgoing{
		"text":     {Kind: inbox.KindText, Content: inbox.Content{Text: "Gern!"}},
		"location": {Kind: inbox.KindLocation, Content: inbox.Content{Location: &inbox.Location{Latitude: 52.5, Longitude: 13.4, Name: "Salon"}}},
		"button": interactive(inbox.Interactive{Type: inbox.InteractiveButtons, Body: "Passt 15 Uhr?",
			Buttons: []inbox.ReplyButton{{ID: "ja", Title: "Ja"}, {ID: "nein", Title: "Nein"}}}),
		"list": interactive(inbox.Interactive{Type: inbox.InteractiveList, Body: "Wann?", Button: "Zeiten",
			Sections: []inbox.ListSection{{Rows: []inbox.ListRow{{ID: "9", Title: "9 Uhr"}}}}}),
		"cta_url": interactive(inbox.Interactive{Type: inbox.InteractiveLink, Body: "Die Karte",
			Link: &inbox.LinkButton{Title: "Ansehen", URL: "https://salon.example/karte"}}),
		"location_request_message": interactive(inbox.Interactive{Type: inbox.InteractiveLocationRequest, Body: "Wohin?"}),
		"contact_request":          interactive(inbox.Interactive{Type: inbox.InteractiveContactRequest, Body: "Ihre Nummer?"}),
	}
}

func interactive(i inbox.Interactive) outbox.Outgoing {
	return outbox.Outgoing{Kind: inbox.KindInteractive, Content: inbox.Content{Interactive: &i}}
}

// withFile is a message with a file of a customer's as its own.
func (s *shop) withFile(kind inbox.MessageKind, f simulator.File) outbox.Outgoing {
	s.Helper()
	sealed := must(s.folder.Store.CreateFile(s.conversation("Anna").CustomerID))(s)
	s.Cleanup(sealed.Discard)
	must(sealed.Write(f.Bytes))(s)
	if err := sealed.Finish(); err != nil {
		s.Fatal(err)
	}
	return outbox.Outgoing{
		Kind: kind, File: &store.Sealed{File: sealed, Facts: inbox.FileFacts{MIME: f.MIME}, At: s.clock()},
		Content: inbox.Content{Media: &inbox.Media{MIME: f.MIME, FileName: f.Name, Voice: f.Voice}},
	}
}

// Drawing a file takes longer than sending it; nobody changes one.
var (
	photo   = sync.OnceValue(func() simulator.File { return simulator.Photo("a") })
	sticker = sync.OnceValue(simulator.Sticker)
)

// every is one message of each kind the shop can send.
func (s *shop) every() map[string]outbox.Outgoing {
	s.Helper()
	list := outgoing()
	must(s.sim.AddTemplate(simulator.Template{Name: "gruss", Language: "de", Category: "UTILITY",
		Components: []any{map[string]any{"type": "BODY", "text": "Guten Tag"}}}))(s)
	list["template"] = outbox.Outgoing{Kind: inbox.KindTemplate, Content: inbox.Content{Template: &inbox.TemplateMessage{
		Name: "gruss", Language: "de", Category: "UTILITY", Body: "Guten Tag"}}}
	list["image"] = s.withFile(inbox.KindImage, photo())
	list["video"] = s.withFile(inbox.KindVideo, simulator.Clip())
	list["voice"] = s.withFile(inbox.KindAudio, simulator.VoiceNote(time.Second))
	list["document"] = s.withFile(inbox.KindDocument, simulator.Paper("Angebot.pdf", "Angebot"))
	list["sticker"] = s.withFile(inbox.KindSticker, sticker())
	withHeader := s.withFile(inbox.KindInteractive, photo())
	withHeader.Content.Interactive = list["button"].Content.Interactive
	list["button with picture"] = withHeader
	list["template with picture"] = s.withHeader("bild", inbox.HeaderImage, photo())
	list["template with film"] = s.withHeader("film", inbox.HeaderVideo, simulator.Clip())
	list["template with paper"] = s.withHeader("rechnung", inbox.HeaderDocument, simulator.Paper("Rechnung.pdf", "Rechnung"))
	list["template with place"] = s.template("weg", inbox.HeaderLocation)
	list["template with place"].Content.Location.Name = "Salon"
	return list
}

// template is one whose header is not words, approved and filled in.
func (s *shop) template(name string, format inbox.HeaderFormat) outbox.Outgoing {
	s.Helper()
	must(s.sim.AddTemplate(simulator.Template{Name: name, Language: "de", Category: "UTILITY", Components: []any{
		map[string]any{"type": "HEADER", "format": string(format)}, map[string]any{"type": "BODY", "text": "Bitte sehr"}}}))(s)
	return outbox.Outgoing{Kind: inbox.KindTemplate, Content: inbox.Content{
		Template: &inbox.TemplateMessage{Name: name, Language: "de", Category: "UTILITY", HeaderFormat: format, Body: "Bitte sehr"},
		Location: &inbox.Location{Latitude: 52.5, Longitude: 13.4},
	}}
}

// withHeader is a template with a file above its text.
func (s *shop) withHeader(name string, format inbox.HeaderFormat, f simulator.File) outbox.Outgoing {
	m := s.withFile(inbox.KindTemplate, f)
	m.Content.Template = s.template(name, format).Content.Template
	return m
}

func (s *shop) queueContent(m outbox.Outgoing) inbox.MessageID {
	s.Helper()
	m.Conversation = s.conversation("Anna").ID
	return must(s.outbox.QueueContent(s.ctx, m))(s)
}

func kinds(t *testing.T) []string { return slices.Sorted(maps.Keys(prepare(t).every())) }

// Each kind is queued by one program and sent by the next, from what is stored alone.
func TestEveryKindIsSentAfterARestart(t *testing.T) {
	for _, name := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			s := prepare(t)
			m := s.every()[name]
			id := s.queueContent(m)
			s.start()
			s.awaitStatus(id, inbox.StatusDelivered)
			got := s.anna.Received()
			text := m.Content.Text
			if m.Content.Template != nil {
				text = m.Content.Template.Body
			}
			if m.Content.Interactive != nil {
				text = m.Content.Interactive.Body
			}
			if len(got) != 1 || got[0].Type != string(m.Kind) || got[0].Text != text {
				t.Fatalf("phone shows %+v", got)
			}
			if file := got[0].Media; m.File != nil && (file == nil || file.MIME != m.Content.Media.MIME) {
				t.Errorf("phone shows %+v", file)
			}
		})
	}
}

func TestInvalidContentIsNotQueued(t *testing.T) {
	s := prepare(t)
	for name, m := range map[string]outbox.Outgoing{
		"nothing":     {},
		"not ours":    {Kind: inbox.KindOrder},
		"no place":    {Kind: inbox.KindLocation},
		"no file":     {Kind: inbox.KindImage},
		"no buttons":  {Kind: inbox.KindInteractive, Content: inbox.Content{Interactive: &inbox.Interactive{Type: inbox.InteractiveButtons, Body: "a"}}},
		"no template": {Kind: inbox.KindTemplate},
		"caption":     {Kind: inbox.KindAudio, Content: inbox.Content{Media: &inbox.Media{MIME: "audio/ogg", Caption: "a"}}},
	} {
		m.Conversation = s.conversation("Anna").ID
		if _, err := s.outbox.QueueContent(s.ctx, m); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if queued, _ := counts(s); queued != 0 {
		t.Errorf("%d queued", queued)
	}
}

// A template may go when the window is closed, if the consent covers it; a
// consent that is taken back while it waits is respected.
func TestTemplateAsksForConsentTwice(t *testing.T) {
	asked, refuse := 0, 0
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) {
		c.Consent = func(*store.Tx, store.ConversationRef, inbox.TemplateMessage) error {
			if asked++; asked >= refuse {
				return inbox.NewError(inbox.CodeNoOptIn, "no")
			}
			return nil
		}
	})
	m := outbox.Outgoing{Conversation: s.conversation("Anna").ID, Kind: inbox.KindTemplate,
		Content: inbox.Content{Template: &inbox.TemplateMessage{Name: "gruss", Language: "de", Body: "Guten Tag"}}}
	if _, err := s.outbox.QueueContent(s.ctx, m); inbox.CodeOf(err) != inbox.CodeNoOptIn {
		t.Fatalf("queued without consent: %v", err)
	}
	asked, refuse = 0, 2
	s.advance(48 * 60 * 60 * 1e9)
	id := s.queueContent(m)
	s.start()
	if got := s.awaitStatus(id, inbox.StatusFailed).Failure; got != inbox.CodeNoOptIn || asked != 2 {
		t.Errorf("failure %s after %d questions", got, asked)
	}
}

func TestRetryPressedTwiceQueuesOne(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131026})
	id := s.queue(outbox.Reply{Text: "Nochmal"})
	s.awaitStatus(id, inbox.StatusFailed)
	first := must(s.outbox.Retry(s.ctx, id))(t)
	second := must(s.outbox.Retry(s.ctx, id))(t)
	s.awaitStatus(first, inbox.StatusDelivered)
	if first != second || len(s.anna.Received()) != 1 {
		t.Errorf("queued %d and %d, phone shows %d", first, second, len(s.anna.Received()))
	}
}

func TestQueueAllOrNone(t *testing.T) {
	s := prepare(t)
	c := s.conversation("Anna").ID
	good := outbox.Outgoing{Conversation: c, Kind: inbox.KindText, Content: inbox.Content{Text: "eins"}}
	other := good
	other.Conversation = c + 1000
	if _, err := s.outbox.QueueAll(s.ctx, []outbox.Outgoing{good, other}); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("another conversation: %v", err)
	}
	if queued, _ := counts(s); queued != 0 {
		t.Errorf("%d queued", queued)
	}
	ids := must(s.outbox.QueueAll(s.ctx, []outbox.Outgoing{good, good}))(t)
	if len(ids) != 2 || ids[0] >= ids[1] {
		t.Errorf("queued %v", ids)
	}
}
