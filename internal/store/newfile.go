package store

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// newFiles knows the sealed files that no row names yet, so that they are not
// taken for orphans, and so that an erasure can end those of its person.
type newFiles struct {
	mu   sync.Mutex
	open map[[16]byte]*NewFile
}

func (n *newFiles) has(id [16]byte) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.open[id] != nil
}

func (n *newFiles) add(f *NewFile) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open == nil {
		n.open = map[[16]byte]*NewFile{}
	}
	n.open[f.id] = f
}

func (n *newFiles) remove(f *NewFile) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.open, f.id)
}

func (n *newFiles) list() []*NewFile {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]*NewFile, 0, len(n.open))
	for _, f := range n.open {
		list = append(list, f)
	}
	return list
}

// NewFile is a sealed file being written. What is written to it reaches the
// disk only sealed. It is gone unless a transaction kept it (KeepOwnFile,
// KeepFetchedFile) before Discard.
type NewFile struct {
	store *Store
	id    [16]byte
	owner vault.KeyID
	path  string

	plain  *io.PipeWriter
	sealed chan struct{} // closed when nothing writes to the disk any more
	size   int64         // both set before that
	err    error

	finished bool
	over     sync.Once
}

// CreateFile begins a sealed file under a customer's key. Call Discard in any
// case: after a commit that kept the file it does nothing.
func (s *Store) CreateFile(customer inbox.CustomerID) (*NewFile, error) {
	return s.createFile(vault.KeyID(customer))
}

func (s *Store) createFile(owner vault.KeyID) (*NewFile, error) {
	var id [16]byte
	rand.Read(id[:])
	return s.createFileAs(owner, id)
}

func (s *Store) createFileAs(owner vault.KeyID, id [16]byte) (*NewFile, error) {
	f := &NewFile{store: s, owner: owner, id: id, sealed: make(chan struct{})}
	f.path = filepath.Join(s.dir, MediaDir, mediaName(f.id[:]))
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, wrapFile("make media folder", err)
	}
	s.newFiles.add(f) // before the file exists: an orphan search in between finds both
	target, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		s.newFiles.remove(f)
		return nil, wrapFile("make sealed file", err)
	}
	plain, toPlain := io.Pipe()
	f.plain = toPlain
	go func() {
		defer close(f.sealed)
		f.err = safely(func() error { return f.seal(plain, target) })
		_ = plain.CloseWithError(f.err) // whoever writes learns why it ended
	}()
	return f, nil
}

func (f *NewFile) seal(plain io.Reader, target *os.File) error {
	size, err := f.store.vault.SealFile(f.owner, f.id, plain, target)
	if err == nil {
		err = target.Sync()
	}
	if errClose := target.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = syncFolder(filepath.Dir(f.path))
	}
	f.size = size
	if err == nil {
		return nil
	}
	return wrap("seal file", wrapFile("write", err))
}

// Write seals more of the file.
func (f *NewFile) Write(p []byte) (int, error) { return f.plain.Write(p) }

// Finish ends the file and returns once it is on the disk. It fails with
// not_found if the customer's key is gone, storage_full, or storage_read_only.
func (f *NewFile) Finish() error {
	_ = f.plain.Close() // never fails
	<-f.sealed
	f.finished = f.err == nil
	return f.err
}

// Size is the plain size in bytes of a finished file.
func (f *NewFile) Size() int64 { return f.size }

// Open reads a finished file back before it is kept; close it before Discard.
func (f *NewFile) Open() (*StoredFile, error) {
	out := &StoredFile{}
	return out, f.store.unseal(f.store.opener(For(context.Background(), Receiving)), out, f.owner, f.id)
}

// Discard deletes the file unless it was kept, and returns when it is gone. It
// may be called at any time and by several goroutines.
func (f *NewFile) Discard() {
	f.over.Do(func() {
		_ = f.plain.CloseWithError(os.ErrClosed) // never fails
		<-f.sealed
		removeFile(f.path)
		f.store.newFiles.remove(f)
	})
}

// keep leaves the file to the row that names it.
func (f *NewFile) keep() { f.over.Do(func() { f.store.newFiles.remove(f) }) }

// syncFolder brings a new file's name to the disk. Windows has no such call.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return err
}

// discardKeyless ends files being written for customers whose key is gone.
func (s *Store) discardKeyless() {
	for _, f := range s.newFiles.list() {
		if !s.vault.HasKey(f.owner) {
			f.Discard()
		}
	}
}
