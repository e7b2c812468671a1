package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a document. A delivery of 3 MB (Meta docs: Webhooks overview) with
// the shortest members Meta writes stays far below them.
const (
	maxDepth = 200
	maxNodes = 1 << 19
)

var (
	errNotJSON  = errors.New("not JSON")
	errTooLarge = errors.New("too many or too deeply nested values")
)

// document is a JSON text read once into a flat list of positions. Deliveries
// sit on the hot path of a burst, and each part must be looked at alone without
// one wrong type spoiling its neighbours; encoding/json into structs with raw
// parts reads every byte about ten times for that.
type document struct {
	data  []byte
	nodes []node
}

type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

// node is one value: its bytes, its key if it is a member, and the index of
// the first node after everything inside it.
type node struct {
	start, end       int32
	keyStart, keyEnd int32
	next             int32
	kind             kind
}

// value is a place in a document. The zero value stands for "missing", and so
// does null: Meta's pages say "property missing" where samples show null.
type value struct {
	doc *document
	at  int32
}

// readDocument accepts exactly what encoding/json accepts (within the limits).
func readDocument(data []byte) (value, error) {
	if len(data) > math.MaxInt32 {
		return value{}, errTooLarge
	}
	d := &document{data: data, nodes: make([]node, 0, len(data)/16+8)}
	r := reader{doc: d}
	r.space()
	if err := r.value(0, 0, 0); err != nil {
		return value{}, err
	}
	r.space()
	if r.pos != len(data) {
		return value{}, errNotJSON
	}
	return value{doc: d}, nil
}

func (v value) node() node { return v.doc.nodes[v.at] }

func (v value) is(k kind) bool { return v.doc != nil && v.node().kind == k }

// exists reports whether there is a value other than null.
func (v value) exists() bool { return v.doc != nil && v.node().kind != kindNull }

// raw returns a copy of the value's JSON, so that a small part does not keep a
// whole delivery in memory.
func (v value) raw() []byte {
	if v.doc == nil {
		return nil
	}
	n := v.node()
	return bytes.Clone(v.doc.data[n.start:n.end])
}

// get returns the first member of that name, or missing. Keys are compared as
// written; nobody escapes the ASCII names of this API.
func (v value) get(key string) value {
	if !v.is(kindObject) {
		return value{}
	}
	end := v.node().next
	for i := v.at + 1; i < end; i = v.doc.nodes[i].next {
		n := &v.doc.nodes[i]
		if string(v.doc.data[n.keyStart:n.keyEnd]) == key {
			return value{doc: v.doc, at: i}
		}
	}
	return value{}
}

// items yields the elements of an array, and nothing for any other value.
func (v value) items() iter.Seq[value] {
	return func(yield func(value) bool) {
		if !v.is(kindArray) {
			return
		}
		end := v.node().next
		for i := v.at + 1; i < end; i = v.doc.nodes[i].next {
			if !yield(value{doc: v.doc, at: i}) {
				return
			}
		}
	}
}

// text returns a string's content or a number's digits, otherwise "": Meta
// writes ids, timestamps and codes now as the one and now as the other.
func (v value) text() string {
	if v.doc == nil {
		return ""
	}
	n := v.node()
	switch n.kind {
	case kindNumber:
		return string(v.doc.data[n.start:n.end])
	case kindString:
		return unquote(v.doc.data[n.start:n.end])
	}
	return ""
}

func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return strings.ToValidUTF8(string(inner), string(utf8.RuneError))
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return ""
	}
	return s
}

// int returns a whole number written as number or string, or 0.
func (v value) int() int64 {
	n, err := strconv.ParseInt(v.text(), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// float returns a number written as number or string.
func (v value) float() (float64, bool) {
	f, err := strconv.ParseFloat(v.text(), 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

func (v value) bool() bool {
	if v.is(kindBool) {
		return v.doc.data[v.node().start] == 't'
	}
	return v.text() == "true"
}

type reader struct {
	doc *document
	pos int
}

func (r *reader) space() {
	for r.pos < len(r.doc.data) {
		switch r.doc.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

func (r *reader) peek() byte {
	if r.pos < len(r.doc.data) {
		return r.doc.data[r.pos]
	}
	return 0
}

func (r *reader) value(depth int, keyStart, keyEnd int32) error {
	if depth > maxDepth || len(r.doc.nodes) == maxNodes {
		return errTooLarge
	}
	at := len(r.doc.nodes)
	r.doc.nodes = append(r.doc.nodes, node{start: int32(r.pos), keyStart: keyStart, keyEnd: keyEnd})
	kind, err := r.content(depth)
	if err != nil {
		return err
	}
	n := &r.doc.nodes[at]
	n.kind, n.end, n.next = kind, int32(r.pos), int32(len(r.doc.nodes))
	return nil
}

func (r *reader) content(depth int) (kind, error) {
	switch c := r.peek(); c {
	case '{':
		return kindObject, r.object(depth)
	case '[':
		return kindArray, r.array(depth)
	case '"':
		return kindString, r.string()
	case 't':
		return kindBool, r.word("true")
	case 'f':
		return kindBool, r.word("false")
	case 'n':
		return kindNull, r.word("null")
	default:
		return kindNumber, r.number()
	}
}

func (r *reader) object(depth int) error {
	r.pos++
	r.space()
	if r.peek() == '}' {
		r.pos++
		return nil
	}
	for {
		r.space()
		if r.peek() != '"' {
			return errNotJSON
		}
		start := r.pos + 1
		if err := r.string(); err != nil {
			return err
		}
		end := r.pos - 1
		r.space()
		if r.peek() != ':' {
			return errNotJSON
		}
		r.pos++
		r.space()
		if err := r.value(depth+1, int32(start), int32(end)); err != nil {
			return err
		}
		if done, err := r.separator('}'); done || err != nil {
			return err
		}
	}
}

func (r *reader) array(depth int) error {
	r.pos++
	r.space()
	if r.peek() == ']' {
		r.pos++
		return nil
	}
	for {
		r.space()
		if err := r.value(depth+1, 0, 0); err != nil {
			return err
		}
		if done, err := r.separator(']'); done || err != nil {
			return err
		}
	}
}

// separator reads what follows an element: a comma, or the closing bracket.
func (r *reader) separator(closing byte) (done bool, err error) {
	r.space()
	c := r.peek()
	if c != ',' && c != closing {
		return false, errNotJSON
	}
	r.pos++
	return c == closing, nil
}

func (r *reader) string() error {
	data := r.doc.data
	for i := r.pos + 1; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			r.pos = i + 1
			return nil
		case c < 0x20:
			return errNotJSON
		case c == '\\':
			n := escapeLength(data[i:])
			if n == 0 {
				return errNotJSON
			}
			i += n - 1
		}
	}
	return errNotJSON
}

// escapeLength returns the length of the escape sequence s begins with, or 0.
func escapeLength(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(s) < 6 {
			return 0
		}
		for _, c := range s[2:6] {
			if !isHex(c) {
				return 0
			}
		}
		return 6
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func (r *reader) word(w string) error {
	if !bytes.HasPrefix(r.doc.data[r.pos:], []byte(w)) {
		return errNotJSON
	}
	r.pos += len(w)
	return nil
}

func (r *reader) number() error {
	if r.peek() == '-' {
		r.pos++
	}
	if r.peek() == '0' {
		r.pos++
	} else if !r.digits() {
		return errNotJSON
	}
	if r.peek() == '.' {
		r.pos++
		if !r.digits() {
			return errNotJSON
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.pos++
		if c := r.peek(); c == '+' || c == '-' {
			r.pos++
		}
		if !r.digits() {
			return errNotJSON
		}
	}
	return nil
}

// digits reads at least one digit and reports whether there was one.
func (r *reader) digits() bool {
	start := r.pos
	for isDigit(r.peek()) {
		r.pos++
	}
	return r.pos > start
}
