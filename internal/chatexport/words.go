package chatexport

import (
	"regexp"
	"strings"

	"tresen/internal/inbox"
)

// marks are what WhatsApp puts before its own words and around names: left to
// right, right to left, embedding, isolation, byte order.
const marks = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"

var (
	attachedTag  = regexp.MustCompile(`<(?:Anhang|attached): ([^<>\n]{1,255})>`)
	attachedName = regexp.MustCompile(`^([^\n]{1,255}?) \((?:Datei angehängt|file attached)\)(?:\n|$)`)
	omitted      = regexp.MustCompile(`(?i)^(?:<(?:Medien ausgeschlossen|Medien weggelassen|Media omitted)>|` +
		`(?:(?:[^\n]{1,255}) • [^\n]{0,40}?)?(?:image|video|audio|sticker|gif|document|contact card|video note) omitted|` +
		`(?:(?:[^\n]{1,255}) • [^\n]{0,40}?)?(?:Bild|Video|Audio|Sticker|GIF|Dokument|Kontaktkarte|Videonachricht) (?:weggelassen|ausgelassen))$`)
	deleted = regexp.MustCompile(`^(?:(?:Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|Sie haben diese Nachricht gelöscht|` +
		`This message was deleted|You deleted this message)\.?)$`)
	edited = regexp.MustCompile(`[ ` + marks + `]*<(?:Diese Nachricht wurde bearbeitet|This message was edited)\.?>$`)
	group  = regexp.MustCompile(`(?i)\b(?:(?:hat|hast|haben) (?:die|diese) Gruppe|diese(?:r|n|s)? Gruppe|(?:der|zur) Gruppe|Gruppenname|Gruppenbild|Gruppenbeschreibung|` +
		`created (?:this )?group|this group|group's|the group|group name|group description|group icon)`)
)

// byWhatsApp reports whether WhatsApp wrote a line and not its sender: iPhones
// put a mark before their own words. Files and what was deleted are messages.
func byWhatsApp(body string) bool {
	if body == "null" { // Android's word for what it cannot export
		return true
	}
	own := strings.Trim(body, marks+" ")
	return strings.HasPrefix(body, "\u200e") && !attachedTag.MatchString(own) && !attachedName.MatchString(own) &&
		!omitted.MatchString(own) && !deleted.MatchString(own)
}

func ofGroup(notice string) bool { return group.MatchString(notice) }

// understand finds out what a message is.
func understand(m *Message, body string) {
	if at := edited.FindStringIndex(body); at != nil {
		m.Edited, body = true, body[:at[0]]
	}
	own := strings.Trim(body, marks+" ")
	switch {
	case deleted.MatchString(own):
		m.Kind = Deleted
		return
	case omitted.MatchString(strings.ReplaceAll(own, "\u200e", "")):
		m.Kind = Omitted
		return
	}
	if tag := attachedTag.FindStringSubmatchIndex(body); tag != nil {
		m.Kind, m.File = File, body[tag[2]:tag[3]]
		body = body[:tag[0]] + body[tag[1]:]
	} else if name := attachedName.FindStringSubmatchIndex(own); name != nil {
		m.Kind, m.File = File, strings.Trim(own[name[2]:name[3]], marks)
		body = own[name[1]:]
	}
	m.Text = inbox.CleanText(strings.Trim(body, marks+" "), maxRunes+1)
}
