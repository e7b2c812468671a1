package cloudapi

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestDocumentAcceptsWhatJSONAccepts(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `""`, `0`, `-0.5e+10`, `true`, `false`, `null`, ` [ 1 , {"a" : [ ] } ] `, `"\u00e4\n\/\"\\"`, `"\ud83d"`, "\"\xff\"", "\"\x7f\"",
		``, ` `, `{`, `[`, `]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,1]`, `01`, `1.`, `.5`, `-`, `1e`, `+1`, `tru`, `nulls`, `"`, `"\`, `"\x"`, `"\u12"`,
		"\"\n\"", "\x00", `{a:1}`, `{'a':1}`, `1 2`, `{"a":1 "b":2}`, `[1 2]`, "\ufeff{}", `NaN`, `{"a":1}}`,
	} {
		_, err := readDocument([]byte(text))
		if valid := json.Valid([]byte(text)); (err == nil) != valid {
			t.Errorf("%q: %v, but valid is %v", text, err, valid)
		}
	}
}

func TestValueReadsAcrossTypes(t *testing.T) {
	v, err := readDocument([]byte(`{"s":"1795341600","n":1795341600,"b":true,"bs":"true","f":"-1.5","big":9007199254740993,
		"null":null,"o":{"s":"inner"},"a":[1,[2],{"x":3},"4"],"e":"J\u00f6rg \ud83d\udc4d","bad":"\ud83d","s":"second"}`))
	if err != nil {
		t.Fatal(err)
	}
	if v.get("s").int() != 1795341600 || v.get("n").int() != 1795341600 || v.get("big").text() != "9007199254740993" {
		t.Error("whole numbers")
	}
	if f, ok := v.get("f").float(); !ok || f != -1.5 {
		t.Error("decimal number")
	}
	if _, ok := v.get("o").float(); ok {
		t.Error("object as number")
	}
	if !v.get("b").bool() || !v.get("bs").bool() || v.get("s").bool() {
		t.Error("truth values")
	}
	if v.get("null").exists() || v.get("nowhere").exists() || v.get("s").get("x").exists() || v.get("nowhere").get("x").raw() != nil {
		t.Error("missing values")
	}
	if v.get("e").text() != "Jörg 👍" || v.get("bad").text() != "\ufffd" || v.get("o").get("s").text() != "inner" {
		t.Error("strings")
	}
	var items []string
	for item := range v.get("a").items() {
		items = append(items, string(item.raw()))
	}
	if !slices.Equal(items, []string{"1", "[2]", `{"x":3}`, `"4"`}) {
		t.Errorf("items %q", items)
	}
}

func TestDocumentLimits(t *testing.T) {
	deep := strings.Repeat("[", maxDepth) + "0" + strings.Repeat("]", maxDepth)
	if _, err := readDocument([]byte(deep)); err != nil {
		t.Errorf("depth %d: %v", maxDepth, err)
	}
	if _, err := readDocument([]byte("[" + deep + "]")); !errors.Is(err, errTooLarge) {
		t.Errorf("depth %d: %v", maxDepth+1, err)
	}
	wide := "[" + strings.Repeat("0,", maxNodes-2) + "0]"
	if _, err := readDocument([]byte(wide)); err != nil {
		t.Errorf("%d values: %v", maxNodes, err)
	}
	if _, err := readDocument([]byte("[" + wide + "]")); !errors.Is(err, errTooLarge) {
		t.Errorf("%d values: %v", maxNodes+1, err)
	}
}

// FuzzDocument compares the reader with encoding/json.
func FuzzDocument(f *testing.F) {
	for _, name := range webhooks(f) {
		f.Add(read(f, name))
	}
	f.Add([]byte(`{"a":[1,-0.5e3,"\ud83d\ude00",true,null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := readDocument(data)
		if errors.Is(err, errTooLarge) {
			return
		}
		if valid := json.Valid(data); (err == nil) != valid {
			t.Fatalf("read: %v, valid: %v", err, valid)
		}
		if err == nil {
			compare(t, v)
		}
	})
}

// compare checks every value against encoding/json's reading of the same bytes.
func compare(t *testing.T, v value) {
	t.Helper()
	raw := v.raw()
	var want any
	if err := json.Unmarshal(raw, &want); err != nil && !isRangeError(err) {
		t.Fatalf("part %q: %v", raw, err)
	}
	switch want := want.(type) {
	case string:
		if v.text() != want {
			t.Fatalf("text %q, want %q", v.text(), want)
		}
	case bool:
		if v.bool() != want {
			t.Fatalf("bool %v, want %v", v.bool(), want)
		}
	case []any:
		n := 0
		for item := range v.items() {
			compare(t, item)
			n++
		}
		if n != len(want) {
			t.Fatalf("%d items, want %d", n, len(want))
		}
	}
}

// isRangeError reports numbers that are JSON but no float64.
func isRangeError(err error) bool {
	var e *json.UnmarshalTypeError
	return errors.As(err, &e)
}
