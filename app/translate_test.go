package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// interpreter is a LibreTranslate server that shouts.
type interpreter struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []string
	status int
}

func newInterpreter(t *testing.T) *interpreter {
	i := &interpreter{status: http.StatusOK}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Q, Source, Target string
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Errorf("request: %v", err)
		}
		i.heard = append(i.heard, q.Q)
		w.WriteHeader(i.status)
		language := "en"
		if strings.HasPrefix(q.Q, "Ja") {
			language = "de"
		}
		answer := map[string]any{"translatedText": strings.ToUpper(q.Q) + " (" + q.Target + ")", "detectedLanguage": map[string]any{"language": language}}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Errorf("answer: %v", err)
		}
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *interpreter) was() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.heard...)
}

func (i *interpreter) fail(status int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.status = status
}

func TestTranslationNeedsAgreement(t *testing.T) {
	d := open(t)
	to := newInterpreter(t)
	b := &Translation{d.app}
	c := d.say(d.anna(), "Do you have roses?").ID
	ids := []string{d.messages(c)[0].ID}
	ask := TranslateRequest{ConversationID: c, MessageIDs: ids, Target: "de"}
	on := InterpretRequest{ConversationID: c, On: true}

	d.refused("nothing set up", b.Messages(ask), inbox.CodeTranslateConsent, "")
	d.refused("readable address", func() error {
		_, err := b.Save(TranslationForm{Provider: "libretranslate", BaseURL: "http://example.org"})
		return err
	}(), inbox.CodeInvalid, "baseUrl")
	desk, err := b.Save(TranslationForm{Provider: "libretranslate", BaseURL: to.URL, Key: "geheim-geheim"})
	if desk = do(d, desk, err); desk.AgreedAtMs != 0 || !desk.HasKey || desk.Host != strings.TrimPrefix(to.URL, "http://") {
		t.Fatalf("desk %+v", desk)
	}
	d.refused("before the agreement", b.Interpret(on), inbox.CodeTranslateConsent, "")
	_, err = b.Draft(TranslateDraftRequest{ConversationID: c, Text: "Ja", Target: "en"})
	d.refused("draft before the agreement", err, inbox.CodeTranslateConsent, "")
	_, err = b.Agree("somewhere.else")
	d.refused("another host than shown", err, inbox.CodeConflict, "")
	if heard := to.was(); len(heard) != 0 {
		t.Fatalf("heard %q before anybody agreed", heard)
	}

	desk, err = b.Agree(desk.Host)
	if desk = do(d, desk, err); desk.AgreedAtMs == 0 || len(desk.Agreements) != 1 {
		t.Errorf("after agreeing %+v", desk)
	}
	d.refused("conversation that is not switched on", b.Messages(ask), inbox.CodeTranslateConsent, "")
	d.check(b.Interpret(on))
	d.check(b.Messages(ask))
	row := d.messages(c)[0]
	if row.Text != "Do you have roses?" || row.Translation == nil || *row.Translation != (TranslationRow{"DO YOU HAVE ROSES? (de)", "en", "de"}) {
		t.Errorf("row %+v, %+v", row, row.Translation)
	}
	heard := len(to.was())
	d.check(b.Messages(ask))
	if again := len(to.was()); again != heard {
		t.Error("translated, and paid for, twice")
	}
	detail, err := d.inbox.GetConversation(c)
	if do(d, detail, err); !detail.Interpreted || detail.Language != "en" {
		t.Errorf("detail %+v", detail)
	}

	text, err := b.Draft(TranslateDraftRequest{ConversationID: c, Text: "Ja, zwölf", Source: "de", Target: "en"})
	if d.check(err); text != "JA, ZWÖLF (en)" {
		t.Errorf("draft %q", text)
	}
	sent, err := b.Send(SendTranslatedRequest{ConversationID: c, Text: text, Original: "Ja, zwölf", Source: "de", Target: "en"})
	if sent = do(d, sent, err); sent.Text != text || sent.Translation == nil || sent.Translation.Text != "Ja, zwölf" {
		t.Errorf("sent %+v", sent)
	}
	if sent = d.awaitStatus(sent, inbox.StatusDelivered); sent.Translation == nil || sent.Translation.Text != "Ja, zwölf" {
		t.Errorf("after it went out %+v", sent.Translation)
	}

	desk, err = b.Withdraw()
	if desk = do(d, desk, err); desk.AgreedAtMs != 0 || desk.Agreements[0].UntilMs == 0 {
		t.Errorf("after withdrawing %+v", desk)
	}
	heard = len(to.was())
	late := d.say(d.bea(), "And tulips?")
	d.refused("after withdrawing", b.Messages(TranslateRequest{ConversationID: c, MessageIDs: ids, Target: "fr"}), inbox.CodeTranslateConsent, "")
	d.refused("after withdrawing, another", b.Interpret(InterpretRequest{ConversationID: late.ID, On: true}), inbox.CodeTranslateConsent, "")
	if again := len(to.was()); again != heard {
		t.Error("something was sent after the agreement ended")
	}
	for _, needle := range []string{"ROSES", "geheim-geheim", "zwölf"} {
		if strings.Contains(string(contents(t, d.cfg.DataDir)), needle) {
			t.Errorf("%q is readable in the data folder", needle)
		}
	}
}

func (d *desk) bea() *simulator.Customer {
	return d.customer(simulator.Person{Phone: "+491713920012", Name: "Bea Bäcker"})
}

func message(id, text string) simulator.Message {
	return simulator.Message{Type: "text", Text: text, ID: id}
}

func TestTranslationFailsInPlainWords(t *testing.T) {
	d := open(t)
	to := newInterpreter(t)
	b := &Translation{d.app}
	c := d.say(d.anna(), "Hello").ID
	desk, err := b.Save(TranslationForm{Provider: "libretranslate", BaseURL: to.URL})
	d.check(err)
	_, err = b.Agree(desk.Host)
	d.check(err)
	d.check(b.Interpret(InterpretRequest{ConversationID: c, On: true}))
	ask := TranslateRequest{ConversationID: c, MessageIDs: []string{d.messages(c)[0].ID}, Target: "de"}
	for status, code := range map[int]inbox.Code{403: inbox.CodeTranslateKey, 456: inbox.CodeTranslateQuota, 500: inbox.CodeTranslateOffline} {
		to.fail(status)
		d.refused("status", b.Messages(ask), code, "")
	}
	to.fail(http.StatusOK)
	d.check(b.Messages(ask))
	if d.messages(c)[0].Translation == nil {
		t.Error("not translated after the trouble was over")
	}
}

// A translation says what the message said: it goes when that does.
func TestTranslationGoesWithItsMessage(t *testing.T) {
	d := open(t)
	to := newInterpreter(t)
	b := &Translation{d.app}
	anna := d.anna()
	c := d.say(anna, "Hi").ID
	desk, err := b.Save(TranslationForm{Provider: "libretranslate", BaseURL: to.URL})
	d.check(err)
	_, err = b.Agree(desk.Host)
	d.check(err)
	d.check(b.Interpret(InterpretRequest{ConversationID: c, On: true}))
	first := d.sends(anna, c, message("wamid.first", "My old words"))
	second := d.sends(anna, c, message("wamid.second", "To be taken back"))
	d.check(b.Messages(TranslateRequest{ConversationID: c, MessageIDs: []string{first.ID, second.ID}, Target: "de"}))
	_, err = anna.Edit(d.ctx, "wamid.first", "My new words")
	d.check(err)
	_, err = anna.Revoke(d.ctx, "wamid.second")
	d.check(err)
	d.await("both changes", func() bool {
		first, second = d.message(c, first.ID), d.message(c, second.ID)
		return first.EditedAtMs != 0 && second.Revoked
	})
	if first.Translation != nil || second.Translation != nil || first.Translated || second.Translated {
		t.Errorf("still there: %+v %+v", first.Translation, second.Translation)
	}
	d.refused("message of another conversation", b.Messages(TranslateRequest{
		ConversationID: c, MessageIDs: []string{d.messages(d.say(d.bea(), "Ho").ID)[0].ID}, Target: "de",
	}), inbox.CodeInvalid, "messageIds")
}

// A translated reply is refused like any other, and then nothing is left of it.
func TestTranslatedReplyIsRefusedLikeAnyOther(t *testing.T) {
	d := open(t)
	b := &Translation{d.app}
	c := d.say(d.anna(), "Hello").ID
	before := len(d.messages(c))
	for field, r := range map[string]SendTranslatedRequest{
		"text": {ConversationID: c, Text: " ", Original: "Ja"},
	} {
		_, err := b.Send(r)
		d.refused("empty", err, inbox.CodeInvalid, field)
	}
	_, err := b.Send(SendTranslatedRequest{ConversationID: c + 1000, Text: "Yes", Original: "Ja"})
	d.refused("nobody", err, inbox.CodeNotFound, "")
	if after := len(d.messages(c)); after != before {
		t.Errorf("%d messages, were %d", after, before)
	}
}

// The play shop says that nothing leaves the computer.
func TestPlayShopTranslatesOnThisComputerOnly(t *testing.T) {
	d := newDesk(t)
	d.start()
	d.check(d.setup.StartDemo())
	b := &Translation{d.app}
	_, err := b.Save(TranslationForm{Provider: "deepl", Key: "279a2e9d-83b3-c416"})
	d.refused("DeepL", err, inbox.CodeInvalid, "provider")
	_, err = b.Save(TranslationForm{Provider: "libretranslate", BaseURL: "http://127.0.0.1:5000"})
	d.check(err)
}
