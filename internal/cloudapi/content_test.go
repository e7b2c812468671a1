package cloudapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"tresen/internal/inbox"
)

func quoted(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// parseOne parses one message of a delivery.
func parseOne(t *testing.T, message string) inbox.Event {
	t.Helper()
	events, err := Parse([]byte(delivery(`"messages":[`+message+`]`)), received)
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	return events[0]
}

func TestLongTextIsCutBetweenCharacters(t *testing.T) {
	for _, c := range []string{"x", "ä", "👍"} {
		e := parseOne(t, `{"from":"491713920034","id":"w","type":"text","text":{"body":`+quoted(t, "-"+strings.Repeat(c, maxText))+`}}`)
		got := e.(inbox.MessageReceived).Content.Text
		if len(got) > maxText || len(got) <= maxText-len(c) || !utf8.ValidString(got) || strings.Contains(got, "\ufffd") {
			t.Errorf("%s: %d bytes", c, len(got))
		}
	}
	whole := strings.Repeat("ä", 4096)
	if got := parseOne(t, `{"from":"491713920034","id":"w","type":"text","text":{"body":`+quoted(t, whole)+`}}`); !isText(got, whole) {
		t.Error("a text of the full length is not whole")
	}
}

func TestImpossibleIDsIdentifyNothing(t *testing.T) {
	for _, id := range []string{"", " ", "a b", "ä", "a\u0000", strings.Repeat("x", maxID+1)} {
		e := parseOne(t, `{"from":"491713920034","id":`+quoted(t, id)+`,"type":"text","text":{"body":"x"}}`)
		if part, ok := e.(inbox.UnknownPart); !ok || part.Reason != reasonMessage {
			t.Errorf("id %q: %T", id, e)
		}
		e = parseOne(t, `{"from_user_id":`+quoted(t, id)+`,"id":"w","type":"text","text":{"body":"x"}}`)
		if _, ok := e.(inbox.UnknownPart); !ok {
			t.Errorf("user id %q: %T", id, e)
		}
	}
}

func TestReadSHA256(t *testing.T) {
	want := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	for s, ok := range map[string]bool{
		strings.Repeat("fbff", 16):                     true,
		strings.Repeat("FBFF", 16):                     true,
		"+//7//v/+//7//v/+//7//v/+//7//v/+//7//v/+/8=": true,
		"+//7//v/+//7//v/+//7//v/+//7//v/+//7//v/+/8":  true,
		"-__7__v_-__7__v_-__7__v_-__7__v_-__7__v_-_8=": true,
		"":                         false,
		"+//7":                     false,
		strings.Repeat("zz", 32):   false,
		strings.Repeat("fbff", 15): false,
	} {
		if got := readSHA256(s); bytes.Equal(got, want) != ok || !ok && got != nil {
			t.Errorf("readSHA256(%q) = %x", s, got)
		}
	}
}

// What names a customer must not be kept as account news, and the address book
// of the shop's phone must not be kept at all.
func TestAddressBookLeavesNoTrace(t *testing.T) {
	events, err := Parse(read(t, "testdata/webhook/state_sync.json"), received)
	if err != nil || len(events) != 0 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// Advertising click ids identify a person across services and are dropped.
func TestClickIDIsDropped(t *testing.T) {
	body := read(t, "testdata/webhook/text_referral.json")
	if !bytes.Contains(body, []byte("ARAsecret")) {
		t.Fatal("the delivery has no click id")
	}
	events, err := Parse(body, received)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(golden(t, events), []byte("ARAsecret")) {
		t.Error("the click id is kept")
	}
}

// Redelivered news has the same key, whatever the order of its members.
func TestNoticeKeys(t *testing.T) {
	parse := func(members string) inbox.AccountNotice {
		events, err := Parse([]byte(`{"object":"whatsapp_business_account","entry":[{"id":"1",`+members+`}]}`), received)
		if err != nil || len(events) != 1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		return events[0].(inbox.AccountNotice)
	}
	first := parse(`"time":5,"changes":[{"field":"security","value":{"event":"PIN_CHANGED","requester":"1"}}]`)
	again := parse(`"changes":[{"value":{"requester": "1", "event":"PIN_\u0043HANGED"},"field":"security"}],"time":5`)
	later := parse(`"time":6,"changes":[{"field":"security","value":{"event":"PIN_CHANGED","requester":"1"}}]`)
	if first.Key != again.Key || !bytes.Equal(first.Detail, again.Detail) {
		t.Error("the same news has two keys")
	}
	if first.Key == later.Key {
		t.Error("two pieces of news share a key")
	}
}
