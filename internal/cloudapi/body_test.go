package cloudapi

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

func TestBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body Body
		want string
	}{
		"image":    {File{Kind: inbox.KindImage, ID: "77", Caption: "Brot"}, `{"image":{"caption":"Brot","id":"77"}}`},
		"document": {File{Kind: inbox.KindDocument, ID: "77", Name: "../Angebot.pdf"}, `{"document":{"filename":"Angebot.pdf","id":"77"}}`},
		"audio":    {File{Kind: inbox.KindAudio, ID: "77"}, `{"audio":{"id":"77"}}`},
		"voice":    {File{Kind: inbox.KindAudio, ID: "77", Voice: true}, `{"audio":{"id":"77","voice":true}}`},
		"sticker":  {File{Kind: inbox.KindSticker, ID: "77"}, `{"sticker":{"id":"77"}}`},
		"place": {Place{inbox.Location{Latitude: 52.5, Longitude: 13.4, Name: "Laden"}},
			`{"location":{"latitude":52.5,"longitude":13.4,"name":"Laden"}}`},
		"reaction":         {Reaction{"wamid.1", "👍"}, `{"reaction":{"emoji":"👍","message_id":"wamid.1"}}`},
		"reaction removed": {Reaction{"wamid.1", ""}, `{"reaction":{"emoji":"","message_id":"wamid.1"}}`},
	} {
		kind, object, err := c.body.payload()
		got, _ := json.Marshal(map[string]any{kind: object})
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, c.want)
		}
	}
}

// What Meta would refuse never leaves, and the field is named.
func TestBodiesAreCheckedBeforeTheyLeave(t *testing.T) {
	long := strings.Repeat("ä", 4097)
	for name, c := range map[string]struct {
		body  Body
		field string
	}{
		"empty text":            {Text{Body: " "}, "text"},
		"long text":             {Text{Body: long}, "text"},
		"no text":               {Text{Body: "\xff"}, "text"},
		"not uploaded":          {File{Kind: inbox.KindImage}, "mediaId"},
		"kind":                  {File{Kind: inbox.KindText, ID: "1"}, "kind"},
		"caption on audio":      {File{Kind: inbox.KindAudio, ID: "1", Caption: "a"}, "caption"},
		"long caption":          {File{Kind: inbox.KindImage, ID: "1", Caption: strings.Repeat("a", 1025)}, "caption"},
		"latitude":              {Place{inbox.Location{Latitude: 91}}, "latitude"},
		"no number":             {Place{inbox.Location{Longitude: math.NaN()}}, "longitude"},
		"long address":          {Place{inbox.Location{Address: long}}, "address"},
		"reaction to nothing":   {Reaction{"", "👍"}, "messageId"},
		"reaction of two words": {Reaction{"wamid.1", "a b"}, "emoji"},
	} {
		err := Check(c.body)
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != c.field {
			t.Errorf("%s: %v, want field %s", name, err, c.field)
		}
	}
}
