package server_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"
	"unicode/utf16"
)

// forms are the ways in which a text can lie in a file: UTF-8, UTF-16, hex and
// base64 at each of its three alignments.
func forms(texts ...string) (list []string) {
	for _, text := range texts {
		list = append(list, text, hex.EncodeToString([]byte(text)))
		var little, big []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			little = binary.LittleEndian.AppendUint16(little, unit)
			big = binary.BigEndian.AppendUint16(big, unit)
		}
		list = append(list, string(little), string(big))
		for shift := range 3 {
			if len(text) < 8+shift {
				continue
			}
			part := []byte(text[shift:])
			part = part[:len(part)/3*3]
			list = append(list, base64.RawStdEncoding.EncodeToString(part), base64.RawURLEncoding.EncodeToString(part))
		}
	}
	return list
}

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func mustRequest(t *testing.T, method, path string) *http.Request {
	t.Helper()
	return httptest.NewRequest(method, path, nil)
}
