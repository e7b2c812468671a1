package search

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"tresen/internal/inbox"
)

// loading is the state of Load. It is guarded by Index.writing.
type loading struct {
	running bool
	done    bool
	// cleared tells that whatever comes is not wanted any more.
	cleared bool
	// next is filled before searches see it, so that filling needs no lock
	// that readers wait for.
	next *group
	// overtaken and closed are changes that came while Load ran: what is
	// read from now on is older than they are.
	overtaken map[inbox.MessageID]struct{}
	closed    map[inbox.ConversationID]struct{}
}

func (l *loading) overtake(id inbox.MessageID) {
	if l.running {
		l.overtaken[id] = struct{}{}
		l.remove(func(m inbox.MessageID) bool { return m == id })
	}
}

func (l *loading) close(c inbox.ConversationID) {
	if l.running {
		l.closed[c] = struct{}{}
	}
}

// remove overwrites what is not yet visible to searches.
func (l *loading) remove(gone func(inbox.MessageID) bool) int {
	if l.next == nil {
		return 0
	}
	return l.next.removeWhere(l.next.all(), gone)
}

func (l *loading) outdated(id inbox.MessageID) bool {
	if l.cleared {
		return true
	}
	if _, ok := l.overtaken[id]; ok {
		return true
	}
	_, ok := l.closed[id.Conversation()]
	return ok
}

// Load fills the index with everything that is stored, once. It calls next for
// one batch after another until a batch is empty; a few hundred documents make
// a good batch. While one batch is being indexed, next already fetches the
// following one, so a batch must not be used again by the caller.
//
// What has been loaded can be found at once. Batches should come newest first,
// roughly: searches are right in any order, but they end early only if later
// batches are older. A store that keeps conversations together does well to
// read one span of time after another, each across all conversations.
//
// Messages added, replaced or removed while Load runs are right in any case.
// Load fails with what next returns, with ctx's error, or with CodeConflict if
// it ran before.
func (x *Index) Load(ctx context.Context, next func(context.Context) ([]Document, error)) error {
	if err := x.load.begin(x); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, fetched := make(chan []Document, 1), make(chan error, 1)
	go func() {
		defer close(batches)
		fetched <- fetch(ctx, next, batches)
	}()
	var err error
	for batch := range batches {
		if err == nil {
			err = x.take(batch)
		}
		if err != nil {
			cancel()
		}
	}
	if fetchErr := <-fetched; err == nil {
		err = fetchErr
	}
	x.finish(err)
	return err
}

// begin marks Load as running, or says that it cannot run.
func (l *loading) begin(x *Index) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if l.running || l.done {
		return inbox.NewError(inbox.CodeConflict, "search index is already loaded")
	}
	*l = loading{
		running:   true,
		next:      newGroup(groupDocs * 160),
		overtaken: map[inbox.MessageID]struct{}{},
		closed:    map[inbox.ConversationID]struct{}{},
	}
	// What was added before is stored too, and will be read again.
	for _, g := range x.groups {
		for _, id := range g.ids {
			if id != 0 {
				l.overtaken[id] = struct{}{}
			}
		}
	}
	return nil
}

// fetch passes on batches until one is empty.
func fetch(ctx context.Context, next func(context.Context) ([]Document, error), batches chan<- []Document) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = inbox.WrapError(inbox.CodeInternal, "load search index", fmt.Errorf("panic of type %T\n%s", v, debug.Stack()))
		}
	}()
	for {
		batch, err := next(ctx)
		if err != nil {
			return fmt.Errorf("load search index: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		select {
		case batches <- batch:
		case <-ctx.Done():
			return fmt.Errorf("load search index: %w", ctx.Err())
		}
	}
}

// take indexes a batch, leaving out what newer changes have overtaken.
func (x *Index) take(batch []Document) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	for _, d := range batch {
		if d.ID <= 0 {
			return inbox.InvalidField("messageId", "not a message id")
		}
		if x.load.outdated(d.ID) {
			continue
		}
		if x.load.next.full() {
			x.publish()
		}
		folded := x.fold.document(d)
		x.load.next.append(d.ID, x.kindMark(d), folded)
		clear(folded)
	}
	return nil
}

// publish shows searches what has been loaded since the last time. It goes to
// the front, because the last place belongs to new messages.
func (x *Index) publish() {
	g := x.load.next.packed()
	if g.live == 0 {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.groups = slices.Insert(x.groups, 0, g)
}

// finish ends Load. After an error the index keeps what it has and can be loaded no more.
func (x *Index) finish(err error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.publish()
	x.load = loading{done: true}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ready = err == nil
}
