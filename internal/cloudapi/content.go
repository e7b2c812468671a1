package cloudapi

import (
	"unicode/utf8"

	"tresen/internal/inbox"
)

// maxText bounds a text in bytes. WhatsApp allows 4,096 characters; the rest
// of the way is left for whatever counts differently.
const maxText = 1 << 16

// text returns untrusted text of several lines.
func text(v value) string {
	s := v.text()
	if len(s) > maxText {
		cut := maxText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return inbox.CleanText(s, maxText)
}

// readContent reads the object named after the message's type. What has no
// usable content, or a type this program does not know, is KindUnknown with
// the type's name.
func readContent(m value, e envelope) (inbox.MessageKind, inbox.Content) {
	var c inbox.Content
	kind, ok := readBody(m, e.typeName, &c)
	if !ok {
		kind, c = inbox.KindUnknown, inbox.Content{}
	}
	if kind == inbox.KindUnknown || kind == inbox.KindUnsupported {
		c.TypeName = e.typeName
	}
	c.Context, c.Referral = readContext(m.get("context"), e.display), readReferral(m.get("referral"))
	return kind, c
}

// readBody reports false if the type is unknown or its object unusable.
func readBody(m value, typeName string, c *inbox.Content) (inbox.MessageKind, bool) {
	kind := inbox.MessageKind(typeName)
	body := m.get(typeName)
	switch kind {
	case inbox.KindText:
		c.Text = text(body.get("body"))
		return kind, body.get("body").is(kindString)
	case inbox.KindImage, inbox.KindVideo, inbox.KindAudio, inbox.KindDocument, inbox.KindSticker:
		// A file that never reached Meta may leave nothing but an error number.
		if body.is(kindObject) || problemNumber(m.get("errors")) != 0 {
			c.Media = readMedia(body, m.get("errors"))
		}
		return kind, c.Media != nil
	case inbox.KindLocation:
		c.Location = readLocation(body)
		return kind, c.Location != nil
	case inbox.KindContacts:
		c.Contacts = readCards(body)
		return kind, len(c.Contacts) > 0
	case inbox.KindButton:
		c.Reply = readButton(body)
	case inbox.KindInteractive:
		return kind, readInteractive(body, c)
	case inbox.KindOrder:
		c.Order = readOrder(body)
	case inbox.KindSystem:
		c.System = &inbox.System{Type: line(body.get("type"), maxTypeName), Body: text(body.get("body"))}
	case inbox.KindTemplate:
		c.Text = text(body.get("name"))
	case inbox.KindWelcome:
		return kind, true
	case inbox.KindUnsupported:
		c.Unsupported = readUnsupported(body, m.get("errors"))
		return kind, true
	case "media_placeholder":
		// A file of a history that may follow later, or never.
		return inbox.KindUnsupported, true
	default:
		return kind, false
	}
	return kind, body.is(kindObject)
}

// readContext reads what a message refers to. A forwarded message refers to none.
func readContext(v value, display string) *inbox.Context {
	c := inbox.Context{
		WAMID:               inbox.WAMID(opaqueID(v.get("id"))),
		Forwarded:           v.get("forwarded").bool(),
		FrequentlyForwarded: v.get("frequently_forwarded").bool(),
		ProductID:           line(v.get("referred_product").get("product_retailer_id"), maxName),
	}
	if c.WAMID != "" && display != "" {
		c.FromShop = waid(v.get("from")) == display
	}
	if c == (inbox.Context{}) {
		return nil
	}
	return &c
}

// readReferral drops the advertising click id and the previews on purpose:
// nothing here needs to know which person saw which advertisement.
func readReferral(v value) *inbox.Referral {
	if !v.is(kindObject) {
		return nil
	}
	return &inbox.Referral{
		SourceType: line(v.get("source_type"), maxTypeName),
		SourceURL:  line(v.get("source_url"), maxURL),
		Headline:   line(v.get("headline"), maxName),
		Body:       text(v.get("body")),
	}
}

// readUnsupported says what is known of a message WhatsApp does not pass on.
// (Meta docs: unsupported messages webhook reference.)
func readUnsupported(body, problems value) *inbox.Unsupported {
	return &inbox.Unsupported{Type: line(body.get("type"), maxTypeName), Number: problemNumber(problems)}
}

// problemNumber returns the first error number of an errors array, or 0.
func problemNumber(problems value) int {
	for e := range problems.items() {
		if n := e.get("code").int(); n > 0 && n < 1<<31 {
			return int(n)
		}
	}
	return 0
}
