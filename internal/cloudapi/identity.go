package cloudapi

import (
	"strings"

	"tresen/internal/inbox"
)

// Bounds of what comes from outside, far above what Meta documents.
const (
	maxID       = 1024 // bytes; wamids have no documented length
	maxName     = 256  // characters of one line
	maxTypeName = 64
)

// opaqueID returns an id as received, or "" if it cannot be one: ids are
// printable ASCII without spaces, whatever else they may become.
func opaqueID(v value) string {
	s := v.text()
	if len(s) > maxID {
		return ""
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F {
			return ""
		}
	}
	return s
}

// waid returns the digits of a wa_id. Meta writes it with and without "+".
func waid(v value) string {
	id, _ := inbox.NormalizeWAID(v.text())
	return id
}

// digitsOf returns the digits of a number written for people.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// line returns untrusted text made safe for one line.
func line(v value, limit int) string { return inbox.CleanLine(v.text(), limit) }

// identity reads the three names of a person from the given members. A
// username is never among the names by which somebody is recognised.
func identity(v value, waidKey, bsuidKey, parentKey string) inbox.Identity {
	return inbox.Identity{
		WAID:        waid(v.get(waidKey)),
		BSUID:       opaqueID(v.get(bsuidKey)),
		ParentBSUID: opaqueID(v.get(parentKey)),
	}
}

// contactBook finds the contacts of a change by their ids. Their order says
// nothing. (Meta docs: Business-scoped user IDs.)
type contactBook struct {
	byBSUID, byWAID map[string]inbox.Identity
}

func readContacts(contacts value) contactBook {
	var book contactBook
	for c := range contacts.items() {
		id := identity(c, "wa_id", "user_id", "parent_user_id")
		profile := c.get("profile")
		id.ProfileName = line(profile.get("name"), maxName)
		id.Username = inbox.NormalizeUsername(profile.get("username").text())
		book.put(id)
	}
	return book
}

func (b *contactBook) put(id inbox.Identity) {
	if id.BSUID != "" {
		if b.byBSUID == nil {
			b.byBSUID = map[string]inbox.Identity{}
		}
		b.byBSUID[id.BSUID] = id
	}
	if id.WAID != "" {
		if b.byWAID == nil {
			b.byWAID = map[string]inbox.Identity{}
		}
		b.byWAID[id.WAID] = id
	}
}

// complete adds what the contact of the same person says, found by user_id,
// then by wa_id. A contact that contradicts the message is not that person.
func (b contactBook) complete(id inbox.Identity) inbox.Identity {
	contact, found := b.byBSUID[id.BSUID]
	if !found || id.BSUID == "" {
		contact, found = b.byWAID[id.WAID]
		if !found || id.WAID == "" || contradict(contact.BSUID, id.BSUID) {
			return id
		}
	}
	if !contradict(contact.WAID, id.WAID) {
		id.WAID = firstOf(id.WAID, contact.WAID)
	}
	id.BSUID = firstOf(id.BSUID, contact.BSUID)
	id.ParentBSUID = firstOf(id.ParentBSUID, contact.ParentBSUID)
	id.ProfileName, id.Username = contact.ProfileName, contact.Username
	return id
}

func contradict(a, b string) bool { return a != "" && b != "" && a != b }

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
