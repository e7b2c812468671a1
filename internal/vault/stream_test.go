package vault

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/iotest"
	"time"
)

func sealFile(t testing.TB, v *Vault, id KeyID, fileID [16]byte, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := v.SealFile(id, fileID, bytes.NewReader(plain), &b)
	if err != nil || n != int64(len(plain)) {
		t.Fatalf("SealFile = %d, %v", n, err)
	}
	return b.Bytes()
}

func openFile(v *Vault, id KeyID, fileID [16]byte, sealed []byte) (*SealedFile, error) {
	return v.OpenFile(id, fileID, bytes.NewReader(sealed), int64(len(sealed)))
}

// readFile opens and reads all of it.
func readFile(v *Vault, id KeyID, fileID [16]byte, sealed []byte) ([]byte, error) {
	f, err := openFile(v, id, fileID, sealed)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// noise returns n bytes that do not repeat from chunk to chunk.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

var testFileID = [16]byte{1, 2, 3}

func TestFileRoundTrip(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	for _, n := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 3*chunkSize + 5} {
		plain := noise(n)
		sealed := sealFile(t, v, id, testFileID, plain)
		got, err := readFile(v, id, testFileID, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes do not come back: %v", n, err)
		}
		if f, err := openFile(v, id, testFileID, sealed); err != nil || f.Size() != int64(n) {
			t.Errorf("%d bytes: size %d, %v", n, f.Size(), err)
		}
	}
}

func TestSealFileDoesNotDependOnTheReader(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	plain := noise(chunkSize + 77)
	readers := map[string]io.Reader{
		"half reads":     iotest.HalfReader(bytes.NewReader(plain)),
		"EOF with data":  iotest.DataErrReader(bytes.NewReader(plain)),
		"byte by byte":   iotest.OneByteReader(bytes.NewReader(plain)),
		"exact one read": bytes.NewReader(plain),
	}
	for name, r := range readers {
		var b bytes.Buffer
		if _, err := v.SealFile(id, testFileID, r, &b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := readFile(v, id, testFileID, b.Bytes()); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("broken")
	if _, err := v.SealFile(id, testFileID, iotest.ErrReader(broken), io.Discard); !errors.Is(err, broken) {
		t.Errorf("failing reader: %v", err)
	}
	half := io.MultiReader(bytes.NewReader(plain), iotest.ErrReader(broken))
	if _, err := v.SealFile(id, testFileID, half, io.Discard); !errors.Is(err, broken) {
		t.Errorf("reader failing later: %v", err)
	}
}

func TestChangedFileIsNoticed(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id, other := mustCustomer(t, v), mustCustomer(t, v)
	sealed := sealFile(t, v, id, testFileID, noise(3*chunkSize))
	again := sealFile(t, v, id, testFileID, noise(3*chunkSize))
	chunk := func(i int) []byte {
		return sealed[fileHeaderSize+i*sealedChunkSize : fileHeaderSize+(i+1)*sealedChunkSize]
	}
	head := sealed[:fileHeaderSize]
	flip := func(at int) []byte {
		b := slices.Clone(sealed)
		b[at] ^= 1
		return b
	}
	empty := sealFile(t, v, id, testFileID, nil)
	for name, b := range map[string][]byte{
		"nothing":                  {},
		"header only":              head,
		"last chunk missing":       slices.Concat(head, chunk(0), chunk(1)),
		"first chunk missing":      slices.Concat(head, chunk(1), chunk(2)),
		"middle chunk missing":     slices.Concat(head, chunk(0), chunk(2)),
		"chunks swapped":           slices.Concat(head, chunk(1), chunk(0), chunk(2)),
		"chunk doubled":            slices.Concat(head, chunk(0), chunk(0), chunk(1), chunk(2)),
		"last chunk doubled":       slices.Concat(sealed, chunk(2)),
		"one byte missing":         sealed[:len(sealed)-1],
		"one byte more":            append(slices.Clone(sealed), 0),
		"empty chunk appended":     slices.Concat(sealed, empty[fileHeaderSize:]),
		"version changed":          flip(0),
		"prefix changed":           flip(5),
		"first chunk changed":      flip(fileHeaderSize),
		"tag of middle changed":    flip(fileHeaderSize + 2*sealedChunkSize - 1),
		"last chunk changed":       flip(len(sealed) - 1),
		"chunk of another sealing": slices.Concat(head, chunk(0), again[fileHeaderSize+sealedChunkSize:]),
	} {
		if got, err := readFile(v, id, testFileID, b); !errors.Is(err, ErrTampered) {
			t.Errorf("%s: %d bytes read, %v, want ErrTampered", name, len(got), err)
		}
	}
	if _, err := readFile(v, other, testFileID, sealed); !errors.Is(err, ErrTampered) {
		t.Errorf("key of another customer: %v", err)
	}
	if _, err := readFile(v, id, [16]byte{9}, sealed); !errors.Is(err, ErrTampered) {
		t.Errorf("another file's id: %v", err)
	}
}

func TestFileShorterThanItsSaidSize(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	sealed := sealFile(t, v, id, testFileID, noise(chunkSize+1))
	_, err := v.OpenFile(id, testFileID, bytes.NewReader(sealed[:40]), int64(len(sealed)))
	if !errors.Is(err, ErrTampered) {
		t.Errorf("OpenFile = %v, want ErrTampered", err)
	}
	if _, err := v.OpenFile(id, testFileID, bytes.NewReader(sealed), -5); !errors.Is(err, ErrTampered) {
		t.Errorf("negative size: %v", err)
	}
}

func TestFileRandomAccess(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	plain := noise(3*chunkSize + 100)
	sealed := sealFile(t, v, id, testFileID, plain)
	f, err := openFile(v, id, testFileID, sealed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := iotest.TestReader(f, plain); err != nil {
		t.Error(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		from := r.IntN(len(plain))
		n := r.IntN(min(len(plain)-from, 2*chunkSize))
		b := make([]byte, n)
		if _, err := f.ReadAt(b, int64(from)); err != nil || !bytes.Equal(b, plain[from:from+n]) {
			t.Fatalf("ReadAt %d+%d: %v", from, n, err)
		}
	}
	if n, err := f.ReadAt(make([]byte, 10), int64(len(plain)-4)); n != 4 || err != io.EOF {
		t.Errorf("ReadAt over the end = %d, %v", n, err)
	}
	for _, c := range []struct {
		offset int64
		whence int
	}{{-1, io.SeekStart}, {0, 9}} {
		if _, err := f.Seek(c.offset, c.whence); !errors.Is(err, ErrInvalid) {
			t.Errorf("Seek(%d, %d) = %v", c.offset, c.whence, err)
		}
	}
	if _, err := f.ReadAt(make([]byte, 1), -1); !errors.Is(err, ErrInvalid) {
		t.Errorf("ReadAt -1: %v", err)
	}
}

// TestFileServesRanges: the media handler hands a SealedFile to http.ServeContent.
func TestFileServesRanges(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	plain := noise(2*chunkSize + 9)
	f, err := openFile(v, id, testFileID, sealFile(t, v, id, testFileID, plain))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/media/x", nil)
	r.Header.Set("Range", "bytes=65530-65545")
	w := httptest.NewRecorder()
	http.ServeContent(w, r, "", time.Time{}, f)
	if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), plain[65530:65546]) {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestOpenFileEndsWithItsKey(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	sealed := sealFile(t, v, id, testFileID, noise(10))
	raw := sealFile(t, v, RawKey, testFileID, noise(10))
	f, err := openFile(v, id, testFileID, sealed)
	if err != nil {
		t.Fatal(err)
	}
	g, err := openFile(v, RawKey, testFileID, raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Destroy([]KeyID{id}, 1, ReplaceRaw); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*SealedFile{f, g} {
		if n, err := f.Read(make([]byte, 1)); n != 0 || !errors.Is(err, ErrKeyDestroyed) {
			t.Errorf("Read = %d, %v, want ErrKeyDestroyed", n, err)
		}
		if !bytes.Equal(f.plain, make([]byte, len(f.plain))) {
			t.Error("decrypted chunk still in memory")
		}
	}
	if _, err := openFile(v, id, testFileID, sealed); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("OpenFile = %v", err)
	}
	if _, err := v.SealFile(id, testFileID, bytes.NewReader(nil), io.Discard); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("SealFile = %v", err)
	}
	f.Close()
	if _, err := f.Read(make([]byte, 1)); !errors.Is(err, ErrClosed) {
		t.Errorf("Read after Close = %v", err)
	}
}

func TestKeyDestroyedWhileSealingAFile(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	w := writerFunc(func(b []byte) (int, error) {
		if len(b) == sealedChunkSize && v.HasKey(id) {
			if _, _, err := v.Destroy([]KeyID{id}, 1); err != nil {
				t.Error(err)
			}
		}
		return len(b), nil
	})
	if _, err := v.SealFile(id, testFileID, bytes.NewReader(noise(3*chunkSize)), w); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("SealFile = %v, want ErrKeyDestroyed", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// FuzzOpenFile: no bytes but those SealFile wrote may be read as a file.
func FuzzOpenFile(f *testing.F) {
	v := mustCreate(f, f.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(f, v)
	own := map[string]string{}
	for _, n := range []int{0, 5, chunkSize, chunkSize + 3} {
		plain := noise(n)
		sealed := sealFile(f, v, id, testFileID, plain)
		own[string(sealed)] = string(plain)
		f.Add(sealed)
		f.Add(sealed[:len(sealed)-1])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := readFile(v, id, testFileID, b)
		if want, ours := own[string(b)]; ours {
			if err != nil || string(got) != want {
				t.Fatalf("own file: %v", err)
			}
			return
		}
		if !errors.Is(err, ErrTampered) {
			t.Fatalf("read %d bytes, %v", len(got), err)
		}
	})
}
