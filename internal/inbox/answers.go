package inbox

import (
	"encoding/json"
	"io"
	"strings"
)

// Answer is one field of a form somebody filled in, with a name a person can read.
type Answer struct {
	Name, Value string
}

// Bounds of a form's answer. It comes from the customer's phone and may hold anything.
const (
	maxAnswers     = 60
	maxAnswerDepth = 4
	maxAnswerName  = 80
	maxAnswerValue = 1000
)

// technical are members that say nothing to a person. (Meta docs: Flows, Receive flow response.)
var technical = map[string]bool{"flow_token": true, "wa_flow_response_params": true}

// ReadAnswers reads the answer to a flow or an address form (response_json) as
// names and values in the order in which they were sent. It reports false if
// the text is not a JSON object; what is too long, too deep or too much is left
// out. All strings are cleaned for one line (names) or several (values).
func ReadAnswers(responseJSON string) (list []Answer, ok bool) {
	d := json.NewDecoder(strings.NewReader(responseJSON))
	d.UseNumber()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	r := answerReader{d: d}
	if !r.object("", 1) {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, false
	}
	return r.list, true
}

type answerReader struct {
	d    *json.Decoder
	list []Answer
}

func (r *answerReader) add(name, value string) {
	value = CleanText(value, maxAnswerValue)
	if value != "" && len(r.list) < maxAnswers {
		r.list = append(r.list, Answer{Name: name, Value: value})
	}
}

// object reads members up to the closing brace; the opening one is read already.
func (r *answerReader) object(prefix string, depth int) bool {
	for r.d.More() {
		key, err := r.d.Token()
		name, isString := key.(string)
		if err != nil || !isString {
			return false
		}
		path := readableName(name)
		if prefix != "" {
			path = CleanLine(prefix+" · "+path, maxAnswerName)
		}
		if !r.value(path, depth, technical[name] || depth > maxAnswerDepth) {
			return false
		}
	}
	_, err := r.d.Token()
	return err == nil
}

// value reads one value; with skip it is read and left out.
func (r *answerReader) value(name string, depth int, skip bool) bool {
	if skip {
		var left json.RawMessage
		return r.d.Decode(&left) == nil
	}
	token, err := r.d.Token()
	if err != nil {
		return false
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.object(name, depth+1)
		}
		return r.array(name, depth+1)
	case string:
		r.add(name, v)
	case json.Number:
		r.add(name, v.String())
	case bool:
		r.add(name, map[bool]string{true: "✓", false: "–"}[v])
	}
	return true
}

// array joins plain values into one answer; objects inside it become answers of their own.
func (r *answerReader) array(name string, depth int) bool {
	var plain []string
	for r.d.More() {
		inner := answerReader{d: r.d}
		if !inner.value(name, depth, depth > maxAnswerDepth) {
			return false
		}
		for _, a := range inner.list {
			if a.Name == name {
				plain = append(plain, a.Value)
			} else {
				r.add(a.Name, a.Value)
			}
		}
	}
	r.add(name, strings.Join(plain, ", "))
	_, err := r.d.Token()
	return err == nil
}

// readableName makes a person's words of a form's field name: Flow builders
// write "screen_0_Vorname_1" or "first-name".
func readableName(s string) string {
	var words []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == '_' || r == '-' || r == ' ' }) {
		if w == "screen" || isDigits(w, 4) {
			continue
		}
		words = append(words, w)
	}
	if len(words) == 0 {
		return CleanLine(s, maxAnswerName)
	}
	return CleanLine(strings.Join(words, " "), maxAnswerName)
}
