package finder

import (
	"tresen/internal/inbox"
	"tresen/internal/search"
	"tresen/internal/store"
)

// document is everything of a message a person could remember and type.
func document(t store.Text) search.Document {
	c := t.Content
	d := search.Document{ID: t.ID, Kind: t.Kind, Text: c.Text}
	if c.Media != nil {
		d.Attachment, d.Caption, d.FileName = true, c.Media.Caption, c.Media.FileName
	}
	if c.Text != "" && c.Media == nil && c.Context == nil && c.Referral == nil {
		return d // most messages are plain text
	}
	d.More = Others(c)
	return d
}

// Others are the texts of a message besides its text, caption and file name.
func Others(c inbox.Content) (list []string) {
	if l := c.Location; l != nil {
		list = append(list, l.Name, l.Address)
	}
	for _, card := range c.Contacts {
		list = append(list, card.Name, card.Org)
		list = append(list, card.Phones...)
		list = append(list, card.Emails...)
	}
	if r := c.Reply; r != nil {
		list = append(list, r.Title, r.Description)
	}
	if o := c.Order; o != nil {
		list = append(list, o.Text)
		for _, item := range o.Items {
			list = append(list, item.ProductID)
		}
	}
	if s := c.System; s != nil {
		list = append(list, s.Body)
	}
	if r := c.Referral; r != nil {
		list = append(list, r.Headline, r.Body)
	}
	if i := c.Interactive; i != nil {
		list = append(list, i.Header, i.Body, i.Footer)
	}
	if t := c.Template; t != nil {
		list = append(list, t.Header, t.Body, t.Footer)
	}
	if x := c.Interactive; x != nil {
		list = append(list, x.Header, x.Body, x.Footer)
		for _, b := range x.Buttons {
			list = append(list, b.Title)
		}
		for _, section := range x.Sections {
			for _, row := range section.Rows {
				list = append(list, row.Title)
			}
		}
	}
	if x := c.Template; x != nil {
		list = append(list, x.Header, x.Body, x.Footer)
	}
	return list
}

// empty reports whether nothing of a message can be found: it was taken back.
// A file without a word is still found by its kind.
func empty(d search.Document) bool {
	return d.Text == "" && d.Caption == "" && d.FileName == "" && len(d.More) == 0 && !d.Attachment
}
