package store

import (
	"context"
	"database/sql"
	"sync"
)

// readerCount is how many reads run at the same time.
const readerCount = 4

// readers are the connections that read. The one used last is used next,
// because its page cache is the warm one.
type readers struct {
	db    *sql.DB
	slots chan struct{} // one for each read under way

	mu     sync.Mutex
	idle   []*connection
	closed bool
}

func newReaders(db *sql.DB) *readers {
	return &readers{db: db, slots: make(chan struct{}, readerCount)}
}

// take returns a connection for one read. Reads are short, so nobody waits here
// for long.
func (p *readers) take(ctx context.Context) (*connection, error) {
	p.slots <- struct{}{}
	p.mu.Lock()
	closed, n := p.closed, len(p.idle)
	var c *connection
	if n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	p.mu.Unlock()
	var err error
	switch {
	case closed:
		err = errClosed()
	case c == nil:
		c, err = connect(ctx, p.db)
	}
	if err != nil {
		<-p.slots
	}
	return c, err
}

func (p *readers) give(c *connection) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.slots
}

// close waits for the reads under way; later ones get an error.
func (p *readers) close() error {
	for range readerCount {
		p.slots <- struct{}{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		c.close()
	}
	p.idle = nil
	for range readerCount {
		<-p.slots
	}
	return p.db.Close()
}
