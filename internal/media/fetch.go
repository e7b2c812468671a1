package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// errDamaged says that a file's bytes are not those its sender sent.
var errDamaged = inbox.NewError(inbox.CodeInvalid, "hash or size differs from what was announced")

// errHeld says that a file waits until somebody asks for it.
var errHeld = errors.New("file is not fetched unasked")

// attempt fetches a file once and writes down what became of it.
func (f *Fetcher) attempt(ctx context.Context, d store.DueMedia) {
	var size int64
	err := f.fetch(ctx, d, &size)
	// The outcome must reach the disk even while the program is closing.
	keep := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		f.online()
	case ctx.Err() != nil:
		// Stopped, or the program ends: the next attempt begins anew.
	case errors.Is(err, errHeld):
		f.update(keep, func(tx *store.Tx) error { return tx.HoldMedia(d.MessageID, size) })
	case errors.Is(err, cloudapi.ErrMediaTooLarge):
		f.tooLarge(keep, d, size)
	default:
		f.failed(keep, d, err)
	}
}

// fetch asks where the file is, which is true for five minutes only, and
// brings it. size is what the provider says of it.
func (f *Fetcher) fetch(ctx context.Context, d store.DueMedia, size *int64) error {
	policy, err := f.cfg.Policy(ctx)
	if err != nil {
		return err
	}
	m, err := f.cfg.Store.Message(ctx, d.MessageID)
	if err != nil {
		return err
	}
	if policy.Days == 0 && !d.Wanted || m.Content.Media == nil {
		return errHeld
	}
	info, err := f.cfg.Source.MediaURL(ctx, m.Content.Media.ID)
	if err != nil {
		return err
	}
	limit := int64(AutoLimit)
	if d.Wanted {
		limit = Limit
	}
	if *size = info.Size; info.Size > limit {
		return cloudapi.ErrMediaTooLarge
	}
	file, err := f.cfg.Store.CreateFile(d.Customer)
	if err != nil {
		return err
	}
	defer file.Discard()
	if err := f.bring(ctx, d.MessageID, file, info, m.Content.Media, limit); err != nil {
		return err
	}
	return f.keep(ctx, d, file, m)
}

// bring writes the file's bytes and compares them with what was announced.
func (f *Fetcher) bring(ctx context.Context, id inbox.MessageID, file *store.NewFile, info cloudapi.MediaInfo, said *inbox.Media, limit int64) error {
	sum := sha256.New()
	count := writerFunc(func(p []byte) { f.arrived(id, len(p), info.Size) })
	if _, _, err := f.cfg.Source.DownloadMedia(ctx, info.URL, io.MultiWriter(file, sum, count), limit); err != nil {
		return err
	}
	if err := file.Finish(); err != nil {
		return err
	}
	if info.Size > 0 && file.Size() != info.Size {
		return errDamaged
	}
	for _, want := range [][]byte{said.SHA256, info.SHA256} {
		if len(want) > 0 && !bytes.Equal(want, sum.Sum(nil)) {
			return errDamaged
		}
	}
	return nil
}

type writerFunc func([]byte)

func (w writerFunc) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// keep looks at the file and gives it to its message.
func (f *Fetcher) keep(ctx context.Context, d store.DueMedia, file *store.NewFile, m inbox.Message) error {
	sealed, err := f.Look(d.Customer, file, m.Content.Media.MIME, m.Content.Media.FileName)
	if err != nil {
		return err
	}
	defer sealed.Discard()
	return f.cfg.Store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		_, err := tx.KeepFetchedFile(d.MessageID, sealed)
		return err
	})
}

// Look finds out what a finished file is and makes its small picture, if it
// can have one. claimed and name are what its sender says; both may be empty.
// The caller keeps or discards the result.
func (f *Fetcher) Look(owner inbox.CustomerID, file *store.NewFile, claimed, name string) (store.Sealed, error) {
	sealed := store.Sealed{File: file, At: f.cfg.Now()}
	plain, err := file.Open()
	if err != nil {
		return sealed, err
	}
	defer plain.Close()
	var small []byte
	if sealed.Facts, small, err = f.inspect(plain, plain.Size(), claimed, name); err != nil || small == nil {
		return sealed, err
	}
	sealed.Thumb, err = f.seal(owner, small)
	return sealed, err
}

func (f *Fetcher) inspect(plain io.ReaderAt, size int64, claimed, name string) (facts inbox.FileFacts, small []byte, err error) {
	if facts.MIME, err = sniff(plain, size); err != nil {
		return facts, nil, err
	}
	facts.Differs = differs(claimed, facts.MIME) || differs(endingTypes[ending(name)], facts.MIME)
	turn := measure(plain, size, &facts)
	f.picture.Lock()
	defer f.picture.Unlock()
	return facts, thumb(plain, size, facts, turn), nil
}

func (f *Fetcher) seal(owner inbox.CustomerID, plain []byte) (*store.NewFile, error) {
	file, err := f.cfg.Store.CreateFile(owner)
	if err != nil {
		return nil, err
	}
	if _, err = file.Write(plain); err == nil {
		err = file.Finish()
	}
	if err != nil {
		file.Discard()
		return nil, err
	}
	return file, nil
}

// SetPoster gives a stored film the small picture made of one of its frames.
// It does nothing if the film has one or is gone.
func (f *Fetcher) SetPoster(ctx context.Context, id inbox.MessageID, owner inbox.CustomerID, frame []byte) error {
	f.picture.Lock()
	small, width, height, err := Poster(frame)
	f.picture.Unlock()
	if err != nil {
		return err
	}
	file, err := f.seal(owner, small)
	if err != nil {
		return err
	}
	defer file.Discard()
	err = f.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.KeepPoster(id, file, width, height) })
	if err == nil {
		f.cfg.Changed(id)
	}
	return err
}

// tooLarge lets a large file wait for a click; one that was asked for and is
// beyond every limit will never come.
func (f *Fetcher) tooLarge(ctx context.Context, d store.DueMedia, size int64) {
	if d.Wanted {
		f.end(ctx, d.MessageID, inbox.FileFailed, inbox.CodeInvalid)
		return
	}
	f.update(ctx, func(tx *store.Tx) error { return tx.HoldMedia(d.MessageID, max(size, AutoLimit+1)) })
}

// failed decides whether a file is tried again. (Meta docs: Error codes.)
func (f *Fetcher) failed(ctx context.Context, d store.DueMedia, err error) {
	code := inbox.CodeOf(err)
	slog.Info("file not fetched", "code", code, "attempt", d.Attempts+1)
	switch cloudapi.ClassOf(err) {
	case cloudapi.ClassNow:
		f.pause(time.Second<<min(f.countOffline(), 6), true)
		return
	case cloudapi.ClassAuth, cloudapi.ClassAccount:
		f.pause(accountPause, false)
		return
	}
	switch {
	case code == inbox.CodeStorageFull || code == inbox.CodeStorageReadOnly || code == inbox.CodeStorageLocked:
		f.pause(accountPause, false)
	case code == inbox.CodeNotFound && !d.ExpiresAt.After(f.cfg.Now()):
		f.end(ctx, d.MessageID, inbox.FileExpired, "")
	case d.Attempts >= len(pauses), (code == inbox.CodeInvalid || code == inbox.CodeNotFound) && d.Attempts >= 2:
		state := inbox.FileFailed
		if code == inbox.CodeNotFound {
			state = inbox.FileExpired
		}
		f.end(ctx, d.MessageID, state, code)
	default:
		f.update(ctx, func(tx *store.Tx) error { return tx.PutOffMedia(d.MessageID, f.cfg.Now().Add(pauses[d.Attempts])) })
	}
}

func (f *Fetcher) countOffline() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.offlines
}

// pause lets every file wait; the one that met the trouble is not to blame.
func (f *Fetcher) pause(wait time.Duration, offline bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retryAt = f.cfg.Now().Add(wait)
	if offline {
		f.offlines++
	}
}

func (f *Fetcher) online() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.offlines = 0
}

func (f *Fetcher) end(ctx context.Context, id inbox.MessageID, state inbox.FileState, why inbox.Code) {
	f.update(ctx, func(tx *store.Tx) error { return tx.EndMedia(id, state, why) })
}

func (f *Fetcher) update(ctx context.Context, fn func(*store.Tx) error) {
	if err := f.cfg.Store.Update(ctx, fn); err != nil && !isGone(err) {
		slog.Error("state of a file could not be kept", "err", err)
		f.pause(storagePause, false)
	}
}

func isGone(err error) bool { return err != nil && inbox.CodeOf(err) == inbox.CodeNotFound }
