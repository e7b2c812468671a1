package inbox_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"tresen/internal/inbox"
)

func TestReadAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		json string
		want []inbox.Answer
		ok   bool
	}{
		"flow": {
			`{"flow_token":"x","screen_0_Vorname_0":"Anna","Uhrzeit":"10:30","Personen":4,"Vegan":true,"Wünsche":["leise","Fenster"]}`,
			[]inbox.Answer{{Name: "Vorname", Value: "Anna"}, {Name: "Uhrzeit", Value: "10:30"}, {Name: "Personen", Value: "4"}, {Name: "Vegan", Value: "✓"}, {Name: "Wünsche", Value: "leise, Fenster"}}, true,
		},
		"address": {
			`{"saved_address_id":"a1","values":{"name":"A. Müller","city":"Köln"}}`,
			[]inbox.Answer{{Name: "saved address id", Value: "a1"}, {Name: "values · name", Value: "A. Müller"}, {Name: "values · city", Value: "Köln"}}, true,
		},
		"objects in a list": {`{"p":[{"n":"a"},{"n":"b"}]}`, []inbox.Answer{{Name: "p · n", Value: "a"}, {Name: "p · n", Value: "b"}}, true},
		"override":          {"{\"a\\u202Eb\":\"x\\u202Ey\\u0000z\"}", []inbox.Answer{{Name: "ab", Value: "xyz"}}, true},
		"large number":      {`{"n":1e400}`, []inbox.Answer{{Name: "n", Value: "1e400"}}, true},
		"only numbers":      {`{"0_1":"a"}`, []inbox.Answer{{Name: "0_1", Value: "a"}}, true},
		"null and nothing":  {`{"a":null,"b":"","c":[],"d":{}}`, nil, true},
		"list":              {`["a"]`, nil, false},
		"text":              {`"a"`, nil, false},
		"cut off":           {`{"a":"b"`, nil, false},
		"twice":             {`{"a":"b"}{"c":"d"}`, nil, false},
		"empty":             {``, nil, false},
	} {
		got, ok := inbox.ReadAnswers(test.json)
		if ok != test.ok || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}

func TestReadAnswersIsBounded(t *testing.T) {
	many := "{" + strings.Repeat(`"a":"`+strings.Repeat("x", 2000)+`",`, 500) + `"z":"z"}`
	got, ok := inbox.ReadAnswers(many)
	if !ok || len(got) > 60 {
		t.Fatalf("%d answers, %v", len(got), ok)
	}
	for _, a := range got {
		if len(a.Value) > 1000 {
			t.Errorf("a value of %d characters", len(a.Value))
		}
	}
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	if got, _ := inbox.ReadAnswers(deep); len(got) != 0 {
		t.Errorf("deep: %v", got)
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add(`{"a":{"b":[1,true,null,{"c":"d"}]}}`)
	f.Add(`{"a":`)
	f.Fuzz(func(t *testing.T, s string) {
		list, ok := inbox.ReadAnswers(s)
		if !ok && list != nil {
			t.Fatal("answers of what could not be read")
		}
		for _, a := range list {
			if a.Value == "" || !utf8.ValidString(a.Name+a.Value) || strings.ContainsAny(a.Name, "\n\u202E") {
				t.Fatalf("%q", a)
			}
		}
	})
}

func TestOrderTotal(t *testing.T) {
	item := func(quantity, price, currency string) inbox.OrderItem {
		return inbox.OrderItem{Quantity: quantity, Price: price, Currency: currency}
	}
	for name, test := range map[string]struct {
		items []inbox.OrderItem
		want  []inbox.Amount
	}{
		// In binary floating point these make 0.30000000000000004 and 0.8999999999999999.
		"no rounding":    {[]inbox.OrderItem{item("1", "0.1", "EUR"), item("1", "0.2", "EUR")}, []inbox.Amount{{Currency: "EUR", Value: "0.30"}}},
		"quantity":       {[]inbox.OrderItem{item("3", "0.3", "EUR")}, []inbox.Amount{{Currency: "EUR", Value: "0.90"}}},
		"no places":      {[]inbox.OrderItem{item("2", "1500", "JPY")}, []inbox.Amount{{Currency: "JPY", Value: "3000.00"}}},
		"three places":   {[]inbox.OrderItem{item("1", "1.125", "KWD")}, []inbox.Amount{{Currency: "KWD", Value: "1.125"}}},
		"two currencies": {[]inbox.OrderItem{item("1", "1", "EUR"), item("1", "2", "CHF")}, []inbox.Amount{{Currency: "EUR", Value: "1.00"}, {Currency: "CHF", Value: "2.00"}}},
		"large":          {[]inbox.OrderItem{item("999999999", "999999999999999.99", "EUR")}, []inbox.Amount{{Currency: "EUR", Value: "999999998999999990000000.01"}}},
		"negative":       {[]inbox.OrderItem{item("1", "-1", "EUR")}, nil},
		"exponent":       {[]inbox.OrderItem{item("1", "1e9999", "EUR")}, nil},
		"comma":          {[]inbox.OrderItem{item("1", "1,5", "EUR")}, nil},
		"no quantity":    {[]inbox.OrderItem{item("", "1", "EUR")}, nil},
		"no currency":    {[]inbox.OrderItem{item("1", "1", "€")}, nil},
		"one bad line":   {[]inbox.OrderItem{item("1", "1", "EUR"), item("1", ".", "EUR")}, nil},
		"nothing":        {nil, nil},
	} {
		got, ok := inbox.Order{Items: test.items}.Total()
		if ok != (test.want != nil) || !reflect.DeepEqual(got, test.want) && test.want != nil {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}
