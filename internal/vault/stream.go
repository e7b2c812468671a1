package vault

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"tresen/internal/osfault"
)

// A sealed file is a version byte, a random nonce prefix, and chunks of 64 KiB,
// each sealed with XChaCha20-Poly1305 under the nonce prefix | chunk number | last
// flag (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
// Chunks that are missing, doubled, swapped or cut off therefore do not open. Only
// an empty file has an empty last chunk.
const (
	fileVersion    = 1
	filePrefixSize = chacha20poly1305.NonceSizeX - 4 - 1
	fileHeaderSize = 1 + filePrefixSize

	chunkSize       = 64 << 10
	sealedChunkSize = chunkSize + chacha20poly1305.Overhead
	maxChunks       = int64(math.MaxUint32) + 1
)

// stream seals and opens the chunks of one file.
type stream struct {
	v     *Vault
	id    KeyID
	epoch uint64
	ad    []byte
	nonce [chacha20poly1305.NonceSizeX]byte
}

func (v *Vault) newStream(id KeyID, fileID [16]byte) (*stream, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	e, err := v.entry(id)
	if err != nil {
		return nil, err
	}
	ad := append(make([]byte, 0, 42), domainFile, fileVersion)
	ad = append(ad, id[:]...)
	ad = binary.BigEndian.AppendUint64(ad, e.epoch)
	return &stream{v: v, id: id, epoch: e.epoch, ad: append(ad, fileID[:]...)}, nil
}

// chunk runs f with the key while it cannot be destroyed. A key replaced under the
// same id (RawKey) is not the one the stream began with.
func (s *stream) chunk(index int64, last bool, f func(e *entry, nonce []byte) error) error {
	if index >= maxChunks {
		return fmt.Errorf("%w: file too large", ErrInvalid)
	}
	s.v.mu.RLock()
	defer s.v.mu.RUnlock()
	e, err := s.v.entry(s.id)
	if err != nil {
		return err
	}
	if e.epoch != s.epoch {
		return ErrKeyDestroyed
	}
	binary.BigEndian.PutUint32(s.nonce[filePrefixSize:], uint32(index))
	s.nonce[len(s.nonce)-1] = 0
	if last {
		s.nonce[len(s.nonce)-1] = 1
	}
	return f(e, s.nonce[:])
}

func (s *stream) seal(dst, plain []byte, index int64, last bool) (sealed []byte, err error) {
	err = s.chunk(index, last, func(e *entry, nonce []byte) error {
		sealed = e.aead.Seal(dst, nonce, plain, s.ad)
		return nil
	})
	return sealed, err
}

func (s *stream) open(dst, sealed []byte, index int64, last bool) (plain []byte, err error) {
	err = s.chunk(index, last, func(e *entry, nonce []byte) error {
		var errOpen error
		if plain, errOpen = e.aead.Open(dst, nonce, sealed, s.ad); errOpen != nil {
			return ErrTampered
		}
		return nil
	})
	return plain, err
}

// SealFile encrypts r to w with the key id, bound to fileID, and returns the number
// of plaintext bytes. It fails with ErrKeyDestroyed, ErrClosed or the error of r or
// w; what was written until then is worthless.
func (v *Vault) SealFile(id KeyID, fileID [16]byte, r io.Reader, w io.Writer) (int64, error) {
	s, err := v.newStream(id, fileID)
	if err != nil {
		return 0, err
	}
	rand.Read(s.nonce[:filePrefixSize])
	if _, err := w.Write(append([]byte{fileVersion}, s.nonce[:filePrefixSize]...)); err != nil {
		return 0, fmt.Errorf("write sealed file: %w", osfault.WithoutPath(err))
	}
	// One chunk ahead, because a chunk must know whether it is the last.
	plain, ahead := make([]byte, chunkSize), make([]byte, chunkSize)
	defer clear(plain)
	defer clear(ahead)
	sealed := make([]byte, 0, sealedChunkSize)
	n, end, err := readChunk(r, plain)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for index := int64(0); ; index++ {
		nAhead := 0
		if !end {
			if nAhead, end, err = readChunk(r, ahead); err != nil {
				return total, err
			}
		}
		last := nAhead == 0
		if sealed, err = s.seal(sealed[:0], plain[:n], index, last); err != nil {
			return total, err
		}
		if _, err := w.Write(sealed); err != nil {
			return total, fmt.Errorf("write sealed file: %w", osfault.WithoutPath(err))
		}
		total += int64(n)
		if last {
			return total, nil
		}
		plain, ahead, n = ahead, plain, nAhead
	}
}

// readChunk fills b as far as r has bytes; end says that there are no more.
func readChunk(r io.Reader, b []byte) (n int, end bool, err error) {
	n, err = io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return n, true, nil
	}
	if err != nil {
		return n, false, fmt.Errorf("read plain file: %w", osfault.WithoutPath(err))
	}
	return n, false, nil
}

// SealedFile reads a file made by SealFile at any position. Every byte it returns
// has been authenticated. Its methods may be used from several goroutines, and it
// stops working when its key is destroyed.
type SealedFile struct {
	src    io.ReaderAt
	size   int64 // of the plaintext
	chunks int64

	mu     sync.Mutex
	stream *stream
	sealed []byte
	plain  []byte // content of the chunk at index, if index ≥ 0
	index  int64
	pos    int64
}

// OpenFile opens a file of size bytes that SealFile made for the same key and file
// id. The size and the last chunk are checked at once, so Size can be trusted. It
// fails with ErrTampered, ErrKeyDestroyed, ErrClosed or the error of src.
func (v *Vault) OpenFile(id KeyID, fileID [16]byte, src io.ReaderAt, size int64) (*SealedFile, error) {
	s, err := v.newStream(id, fileID)
	if err != nil {
		return nil, err
	}
	body := size - fileHeaderSize
	chunks := (body + sealedChunkSize - 1) / sealedChunkSize
	plainSize := body - chunks*chacha20poly1305.Overhead
	lastSize := body - (chunks-1)*sealedChunkSize
	if body < chacha20poly1305.Overhead || lastSize < chacha20poly1305.Overhead ||
		lastSize == chacha20poly1305.Overhead && chunks > 1 || chunks > maxChunks {
		return nil, ErrTampered
	}
	var head [fileHeaderSize]byte
	if err := readAt(src, head[:], 0); err != nil {
		return nil, err
	}
	if head[0] != fileVersion {
		return nil, ErrTampered
	}
	copy(s.nonce[:], head[1:])
	f := &SealedFile{src: src, size: plainSize, chunks: chunks, stream: s, index: -1}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(chunks - 1); err != nil {
		return nil, err
	}
	return f, nil
}

// readAt fills b; a source that ends early is not the file that was sealed.
func readAt(src io.ReaderAt, b []byte, off int64) error {
	n, err := src.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return ErrTampered
	}
	return fmt.Errorf("read sealed file: %w", osfault.WithoutPath(err))
}

// load decrypts chunk i; the caller holds mu.
func (f *SealedFile) load(i int64) error {
	if f.stream == nil {
		return ErrClosed
	}
	clear(f.plain)
	f.index = -1
	size := min(chunkSize, f.size-i*chunkSize) + chacha20poly1305.Overhead
	if f.sealed == nil {
		buffer := min(chunkSize, f.size)
		f.sealed, f.plain = make([]byte, buffer+chacha20poly1305.Overhead), make([]byte, 0, buffer)
	}
	sealed := f.sealed[:size]
	if err := readAt(f.src, sealed, fileHeaderSize+i*sealedChunkSize); err != nil {
		return err
	}
	plain, err := f.stream.open(f.plain[:0], sealed, i, i == f.chunks-1)
	if err != nil {
		return err
	}
	f.plain, f.index = plain, i
	return nil
}

// Size returns the length of the plaintext in bytes.
func (f *SealedFile) Size() int64 { return f.size }

// Read implements io.Reader. It fails as OpenFile does.
func (f *SealedFile) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.read(p, f.pos)
	f.pos += int64(n)
	return n, err
}

// ReadAt implements io.ReaderAt. It fails as OpenFile does.
func (f *SealedFile) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, ErrInvalid
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(p) {
		m, err := f.read(p[n:], off+int64(n))
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// read copies from one chunk; the caller holds mu.
func (f *SealedFile) read(p []byte, off int64) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if off >= f.size {
		return 0, io.EOF
	}
	i := off / chunkSize
	if i != f.index || !f.stream.alive() {
		if err := f.load(i); err != nil {
			return 0, err
		}
	}
	return copy(p, f.plain[off-i*chunkSize:]), nil
}

// alive tells whether the key still exists: a chunk decrypted earlier must not be
// served once its customer is erased.
func (s *stream) alive() bool {
	if s == nil {
		return false
	}
	s.v.mu.RLock()
	defer s.v.mu.RUnlock()
	e, err := s.v.entry(s.id)
	return err == nil && e.epoch == s.epoch
}

// Seek implements io.Seeker.
func (f *SealedFile) Seek(offset int64, whence int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += f.pos
	case io.SeekEnd:
		offset += f.size
	default:
		return 0, ErrInvalid
	}
	if offset < 0 {
		return 0, ErrInvalid
	}
	f.pos = offset
	return offset, nil
}

// Close overwrites the decrypted chunk; it does not close the source.
func (f *SealedFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.plain)
	f.stream, f.index = nil, -1
	return nil
}

var _ interface {
	io.ReadSeekCloser
	io.ReaderAt
} = (*SealedFile)(nil)
