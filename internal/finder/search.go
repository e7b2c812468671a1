package finder

import (
	"context"

	"tresen/internal/inbox"
	"tresen/internal/search"
	"tresen/internal/store"
)

// Page is what was found: people by their names and notes, and one page of messages.
type Page struct {
	People   []store.Person
	Messages []store.Found
	// More tells that older messages would follow the last one.
	More bool
	// After is what the following page is asked with.
	After inbox.MessageID
	// Ready is false while older messages may be missing because they are
	// still being loaded.
	Ready bool
	// Indexed is how many messages can be found now.
	Indexed int
}

// maxPeople is how many people are shown beside the messages.
const maxPeople = 8

// Search returns one page of what fits a query, newest first, and on the first
// page the people who do. It fails with ctx's error or what the store says.
func (f *Finder) Search(ctx context.Context, q search.Query) (Page, error) {
	r, err := f.index.Search(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page := Page{More: r.More, Ready: r.Ready, Indexed: f.index.Size().Messages}
	ids := make([]inbox.MessageID, 0, len(r.Hits))
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
		page.After = h.ID
	}
	if page.Messages, err = f.store.FindMessages(ctx, ids); err != nil {
		return Page{}, err
	}
	if q.After == 0 {
		page.People, err = f.People(ctx, q.Text, maxPeople)
	}
	return page, err
}

// People returns those whose names or notes hold every word of text.
func (f *Finder) People(ctx context.Context, text string, limit int) ([]store.Person, error) {
	hits, err := f.index.Customers(ctx, text, limit)
	if err != nil {
		return nil, err
	}
	list := make([]store.Person, 0, len(hits))
	for _, h := range hits {
		p, err := f.store.Person(ctx, h.ID)
		if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}
