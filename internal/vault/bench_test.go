package vault

import (
	"bytes"
	"crypto/rand"
	"io"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// benchMessage is as long as an average chat message.
var benchMessage = bytes.Repeat([]byte("Guten Tag, "), 11)[:120]

var benchAD = AD{Table: "message", Column: "body", Row: 1 << 40}

func benchVault(b *testing.B) (*Vault, KeyID) {
	v := mustCreate(b, b.TempDir(), WithKeychain(NewMemoryKeychain()))
	return v, mustCustomer(b, v)
}

func BenchmarkSeal120(b *testing.B) {
	v, id := benchVault(b)
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = v.AppendSeal(dst[:0], id, benchAD, benchMessage); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSeal120Plain is what the crypto library takes for the same message with
// a fresh random nonce and ready associated data.
func BenchmarkSeal120Plain(b *testing.B) {
	aead, _ := chacha20poly1305.NewX(make([]byte, 32))
	dst, nonce, ad := make([]byte, 0, 256), make([]byte, 24), make([]byte, 47)
	b.ReportAllocs()
	for b.Loop() {
		rand.Read(nonce)
		dst = aead.Seal(append(dst[:0], nonce...), nonce, benchMessage, ad)
	}
}

func BenchmarkOpen120(b *testing.B) {
	v, id := benchVault(b)
	sealed, _ := v.Seal(id, benchAD, benchMessage)
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = v.AppendOpen(dst[:0], id, benchAD, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen120Parallel(b *testing.B) {
	v, id := benchVault(b)
	sealed, _ := v.Seal(id, benchAD, benchMessage)
	b.RunParallel(func(pb *testing.PB) {
		dst := make([]byte, 0, 256)
		for pb.Next() {
			dst, _ = v.AppendOpen(dst[:0], id, benchAD, sealed)
		}
	})
}

func BenchmarkOpen120Plain(b *testing.B) {
	aead, _ := chacha20poly1305.NewX(make([]byte, 32))
	nonce, ad := make([]byte, 24), make([]byte, 47)
	sealed := aead.Seal(nil, nonce, benchMessage, ad)
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = aead.Open(dst[:0], nonce, sealed, ad); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	v, _ := benchVault(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Lookup(1, "wa_id", "4915100000000"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewCustomerKey(b *testing.B) {
	v, _ := benchVault(b)
	for b.Loop() {
		mustCustomer(b, v)
	}
}

// largeVault has n customer keys, all in use.
func largeVault(b *testing.B, n int) (*Vault, string, Protector) {
	dir, p := b.TempDir(), WithKeychain(NewMemoryKeychain())
	v := mustCreate(b, dir, p, WithRefill(n))
	v.refill = 128
	return v, dir, p
}

func BenchmarkDestroy20k(b *testing.B) {
	v, _, _ := largeVault(b, 20_000)
	for b.Loop() {
		if _, _, err := v.Destroy([]KeyID{mustCustomer(b, v)}, 1, ReplaceRaw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefill20k(b *testing.B) {
	v, _, _ := largeVault(b, 20_000)
	for b.Loop() {
		if _, err := v.NewKey(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenVault20k(b *testing.B) {
	v, dir, p := largeVault(b, 20_000)
	v.Close()
	for b.Loop() {
		mustOpen(b, dir, p).Close()
	}
}

func BenchmarkSealFile8MB(b *testing.B) {
	v, id := benchVault(b)
	plain := make([]byte, 8<<20)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		if _, err := v.SealFile(id, [16]byte{1}, bytes.NewReader(plain), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadFile8MB(b *testing.B) {
	v, id := benchVault(b)
	var sealed bytes.Buffer
	v.SealFile(id, [16]byte{1}, bytes.NewReader(make([]byte, 8<<20)), &sealed)
	b.SetBytes(8 << 20)
	for b.Loop() {
		f, err := v.OpenFile(id, [16]byte{1}, bytes.NewReader(sealed.Bytes()), int64(sealed.Len()))
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, f)
		f.Close()
	}
}
