package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escapeLikeMeta rewrites JSON the way Meta transmits it: pure ASCII, every other
// character as \uXXXX in lower-case hex (two for those beyond the basic plane),
// and "/" as "\/". The signature is taken over the result.
func escapeLikeMeta(body []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(body) + len(body)/4)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == '/':
			out.WriteString(`\/`)
		case r < utf8.RuneSelf:
			out.WriteByte(body[0])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		body = body[size:]
	}
	return out.Bytes()
}

// mergeInto puts a messages change into the last change of an entry, if both are
// of the same number, so that one value carries several messages, statuses and
// contacts.
func mergeInto(entry object, change object) bool {
	changes := entry["changes"].([]any)
	last := changes[len(changes)-1].(object)
	if last["field"] != "messages" || change["field"] != "messages" {
		return false
	}
	into, from := last["value"].(object), change["value"].(object)
	if into["metadata"].(object)["phone_number_id"] != from["metadata"].(object)["phone_number_id"] {
		return false
	}
	merged := object{}
	for k, v := range into {
		merged[k] = v
	}
	for _, list := range []string{"messages", "statuses", "errors"} {
		if items, ok := from[list].([]any); ok {
			have, _ := merged[list].([]any)
			merged[list] = append(append([]any(nil), have...), items...)
		}
	}
	merged["contacts"] = mergeContacts(into["contacts"], from["contacts"])
	if merged["contacts"] == nil {
		delete(merged, "contacts")
	}
	last["value"] = merged
	return true
}

// mergeContacts lists each person once and puts the newest first, so that nobody
// can match contacts and messages by their index.
func mergeContacts(a, b any) any {
	old, _ := a.([]any)
	add, _ := b.([]any)
	if len(old)+len(add) == 0 {
		return nil
	}
	out := append([]any(nil), add...)
	for _, o := range old {
		known := false
		for _, n := range add {
			known = known || o.(object)["user_id"] == n.(object)["user_id"]
		}
		if !known {
			out = append(out, o)
		}
	}
	return out
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func drain(resp *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	_ = resp.Body.Close()
}
