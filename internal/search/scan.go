package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"tresen/internal/inbox"
)

// scanners is how many goroutines share a search. Two halve the time of the
// worst; more would only take the computer away from the window.
const scanners = 2

// Search returns the newest messages that fit the query. A query without words
// lists what fits the rest; without anything it finds nothing. It fails only
// with ctx's error, at the latest some hundred microseconds after ctx ended.
func (x *Index) Search(ctx context.Context, query Query) (Results, error) {
	p, ok := x.plan(query)
	x.mu.RLock()
	s := scan{index: x, plan: p, ready: x.ready, groups: slices.Clone(x.groups)}
	slices.SortFunc(s.groups, func(a, b *group) int { return cmp.Compare(b.newest, a.newest) })
	x.mu.RUnlock()
	if !ok {
		return Results{Hits: []Hit{}, Ready: s.ready}, wrap(ctx.Err())
	}
	if err := s.run(ctx); err != nil {
		return Results{}, err
	}
	return s.results(), nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("search messages: %w", err)
}

// scan is one search under way.
type scan struct {
	index  *Index
	plan   plan
	groups []*group // those with the newest messages first
	ready  bool
	next   atomic.Int64

	mu    sync.Mutex
	found []found // the best so far; sorted whenever it is cut
	floor moment  // nothing older counts any more
}

type found struct {
	at   moment
	id   inbox.MessageID
	kind uint8
}

// run looks through the groups with several goroutines and waits for all of them.
func (s *scan) run(ctx context.Context) error {
	failed := make([]error, min(scanners, runtime.GOMAXPROCS(0)))
	var others sync.WaitGroup
	for i := 1; i < len(failed); i++ {
		others.Go(func() { failed[i] = s.work(ctx) })
	}
	failed[0] = s.work(ctx)
	others.Wait()
	return errors.Join(failed...)
}

// work takes one group after the other until nothing newer can come.
func (s *scan) work(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = inbox.WrapError(inbox.CodeInternal, "search messages", fmt.Errorf("panic of type %T\n%s", v, debug.Stack()))
		}
	}()
	var hits []found
	for {
		i := int(s.next.Add(1)) - 1
		if i >= len(s.groups) {
			return wrap(ctx.Err())
		}
		var last bool
		if hits, last = s.group(ctx, s.groups[i], hits[:0]); last {
			return nil
		}
		s.merge(hits)
		if err := ctx.Err(); err != nil {
			return wrap(err)
		}
	}
}

// group appends the hits in one group to hits. It reports last if neither this
// group nor a later one can have any that count. When ctx ends it returns early.
func (s *scan) group(ctx context.Context, g *group, hits []found) (_ []found, last bool) {
	s.mu.Lock()
	v := visit{plan: &s.plan, group: g, hits: hits, from: max(s.plan.from, s.floor)}
	s.mu.Unlock()
	s.index.mu.RLock()
	defer s.index.mu.RUnlock()
	if g.newest < v.from {
		return hits, true
	}
	if g.oldest >= s.plan.before {
		return hits, false
	}
	for blocks := s.plan.blocks(g); blocks != 0 && ctx.Err() == nil; blocks &= blocks - 1 {
		v.block(bits.TrailingZeros64(blocks))
	}
	return v.hits, false
}

// blocks returns the blocks of g that can hold a hit.
func (p *plan) blocks(g *group) uint64 {
	blocks := g.filter.having(p.rows, g.all())
	if len(p.conversations) > 0 {
		var any uint64
		for _, c := range p.conversations {
			any |= g.filter[conversationRow(c)]
		}
		blocks &= any
	}
	if len(p.kinds) > 0 {
		var any uint64
		for _, k := range p.kinds {
			any |= g.filter[kindRow(k)]
		}
		blocks &= any
	}
	return blocks
}

// merge keeps the newest hits, one more than asked for, so that Results.More is known.
func (s *scan) merge(hits []found) {
	if len(hits) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = append(s.found, hits...)
	if len(s.found) <= s.plan.limit {
		return
	}
	slices.SortFunc(s.found, func(a, b found) int { return cmp.Compare(b.at, a.at) })
	s.found = s.found[:s.plan.limit+1]
	s.floor = s.found[s.plan.limit].at
}

// results returns the page. Messages that were removed while the search ran may
// be among the hits; whoever shows them asks the store, which no longer has them.
func (s *scan) results() Results {
	slices.SortFunc(s.found, func(a, b found) int { return cmp.Compare(b.at, a.at) })
	r := Results{Hits: make([]Hit, 0, min(len(s.found), s.plan.limit)), More: len(s.found) > s.plan.limit, Ready: s.ready}
	s.index.mu.RLock()
	defer s.index.mu.RUnlock()
	for _, f := range s.found[:min(len(s.found), s.plan.limit)] {
		hit := Hit{ID: f.id}
		if f.kind > 0 && int(f.kind) <= len(s.index.kinds) {
			hit.Kind = s.index.kinds[f.kind-1]
		}
		r.Hits = append(r.Hits, hit)
	}
	return r
}

// visit is the search of one group.
type visit struct {
	plan  *plan
	group *group
	hits  []found
	from  moment
}

// block looks for the first term, which is the longest, and then, in the
// documents that have it, for the others.
func (v *visit) block(b int) {
	first, end := v.group.docsOf(b)
	if len(v.plan.terms) == 0 {
		for i := first; i < end; i++ {
			v.document(i)
		}
		return
	}
	g, leading := v.group, &v.plan.terms[0]
	text := g.text[:g.ends[end-1]]
	for i, at := first, g.start(first); ; {
		start, _ := leading.find(text, at)
		if start < 0 {
			return
		}
		for int(g.ends[i]) <= start {
			i++
		}
		if at = int(g.ends[i]); v.hasOthers(i) {
			v.document(i)
		}
	}
}

func (v *visit) hasOthers(i int) bool {
	text := v.group.text[v.group.start(i):v.group.ends[i]]
	for t := range v.plan.terms[1:] {
		if start, _ := v.plan.terms[1+t].find(text, 0); start < 0 {
			return false
		}
	}
	return true
}

// document adds document i to the hits if everything but its text fits.
func (v *visit) document(i int) {
	p, id, mark := v.plan, v.group.ids[i], v.group.marks[i]
	if id == 0 {
		return
	}
	at := momentOf(id)
	switch {
	case at < v.from || at >= p.before,
		len(p.conversations) > 0 && !slices.Contains(p.conversations, id.Conversation()),
		len(p.kinds) > 0 && !slices.Contains(p.kinds, mark&^hasAttachment),
		p.attachment == With && mark&hasAttachment == 0,
		p.attachment == Without && mark&hasAttachment != 0,
		p.keep != nil && !p.keep(id):
		return
	}
	v.hits = append(v.hits, found{at, id, mark &^ hasAttachment})
}
