package broadcast

import (
	"cmp"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/template"
)

// NamePlace stands in a value for the name the shop has for each person.
const NamePlace = "{Name}"

// Usable reports whether a template can go to several people: it can be sent,
// advertises or informs, and has neither a file nor a place above its text.
func Usable(t inbox.Template) bool {
	return template.Sendable(t) == "" && (t.Category == inbox.CategoryMarketing || t.Category == inbox.CategoryUtility) &&
		(t.Header == nil || t.Header.Format == inbox.HeaderText)
}

// Fill puts a broadcast's values into its template, with a person's name. It
// fails like template.Fill.
func Fill(t inbox.Template, c store.BroadcastContent, name string) (inbox.TemplateMessage, error) {
	values := map[string]string{}
	for key, value := range c.Values {
		values[key] = strings.ReplaceAll(value, NamePlace, cmp.Or(name, c.Nameless))
	}
	return template.Fill(t, values)
}

// message is what one person gets. obstacle is true if the template cannot be
// sent any more or has changed since.
func (f *Feeder) message(tx *store.Tx, b store.Broadcast, c store.CustomerRef) (m inbox.TemplateMessage, obstacle bool, err error) {
	t, err := tx.Template(b.Content.TemplateID)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return m, true, nil
	}
	if err != nil {
		return m, false, err
	}
	if !Usable(t) || string(t.Category) != b.Content.Category {
		return m, true, nil
	}
	profile, err := tx.Profile(c)
	if err != nil {
		return m, false, err
	}
	m, err = Fill(t, b.Content, profile.ShopName)
	if err != nil { // a name that is too long must not keep everybody behind it waiting
		m, err = Fill(t, b.Content, "")
	}
	if err != nil {
		return m, true, nil
	}
	m.Purpose = b.Purpose
	return m, false, nil
}
