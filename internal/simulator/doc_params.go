package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// doc is a JSON object on its way in. Its readers name the parameter they miss,
// in the manner of the Graph API.
type doc map[string]any

func parseDoc(body []byte) (doc, *apiError) {
	if !utf8.Valid(body) {
		return nil, plain(100, 0, "The request body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var d doc
	if err := dec.Decode(&d); err != nil {
		return nil, plain(100, 0, "Invalid parameter: the request body is not a JSON object")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, plain(100, 0, "Invalid parameter: data after the JSON object")
	}
	return d, nil
}

func (d doc) has(key string) bool {
	v, ok := d[key]
	return ok && v != nil
}

// text is a string (or number) member, empty if absent or of another kind.
func (d doc) text(key string) string {
	switch v := d[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// isText reports whether the member is absent or a string.
func (d doc) isText(key string) bool {
	if !d.has(key) {
		return true
	}
	_, ok := d[key].(string)
	return ok
}

func (d doc) flag(key string) bool {
	switch v := d[key].(type) {
	case bool:
		return v
	case string:
		return v == "true"
	}
	return false
}

func (d doc) number(key string) (float64, bool) {
	switch v := d[key].(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case string: // Meta's samples write coordinates as strings
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil
	}
	return 0, false
}

func (d doc) child(key string) (doc, bool) {
	switch v := d[key].(type) {
	case map[string]any:
		return v, true
	case doc:
		return v, true
	}
	return nil, false
}

func (d doc) list(key string) ([]any, bool) {
	v, ok := d[key].([]any)
	return v, ok
}

// docs is a list whose every element is an object.
func (d doc) docs(key string) ([]doc, bool) {
	items, ok := d.list(key)
	if !ok {
		return nil, false
	}
	out := make([]doc, 0, len(items))
	for _, item := range items {
		m, ok := item.(map[string]any)
		if !ok {
			return nil, false
		}
		out = append(out, m)
	}
	return out, true
}

// only refuses members the API does not know, as the Graph API does.
func (d doc) only(param string, known ...string) *apiError {
	for key := range d {
		found := false
		for _, k := range known {
			found = found || k == key
		}
		if !found {
			return plain(100, 0, "(#100) Unexpected key \"%s\" on param \"%s\".", key, param)
		}
	}
	return nil
}

// limited checks the length in characters of an optional text.
func (d doc) limited(param, key string, limit int) *apiError {
	if !d.isText(key) {
		return plain(100, 0, "(#100) Param %s['%s'] must be a string.", param, key)
	}
	if utf8.RuneCountInString(d.text(key)) > limit {
		return plain(100, 0, "(#100) Param %s['%s'] must be at most %d characters long.", param, key, limit)
	}
	return nil
}

// needed checks a text that must be there and not longer than limit.
func (d doc) needed(param, key string, limit int) *apiError {
	if !d.has(key) || (d.isText(key) && strings.TrimSpace(d.text(key)) == "") {
		return fail(131008, "Parameter '%s' of '%s' is mandatory", key, param)
	}
	return d.limited(param, key, limit)
}
