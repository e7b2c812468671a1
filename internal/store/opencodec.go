package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"tresen/internal/inbox"
)

// What is sealed has short JSON names, because there is much of it. Exports are
// read by people: there every field has the name it has in Go, beginning small.
// These two translate.

var (
	timeType      = reflect.TypeFor[time.Time]()
	bytesType     = reflect.TypeFor[[]byte]()
	messageIDType = reflect.TypeFor[inbox.MessageID]()
)

// openName is a field's name in an export.
func openName(field string) string {
	runes := []rune(field)
	for i, r := range runes {
		if i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) || !unicode.IsUpper(r) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// toOpen returns what encoding/json makes an export of; zero fields are left out.
func toOpen(v reflect.Value) any {
	switch {
	case v.Type() == timeType:
		return v.Interface().(time.Time).Format(time.RFC3339Nano)
	case v.Type() == bytesType:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	case v.Type() == messageIDType:
		return fmt.Sprint(v.Int())
	}
	switch v.Kind() {
	case reflect.Pointer:
		return toOpen(v.Elem())
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = toOpen(v.Index(i))
		}
		return list
	case reflect.Struct:
		object := map[string]any{}
		for _, f := range reflect.VisibleFields(v.Type()) {
			if field := v.FieldByIndex(f.Index); !f.Anonymous && f.IsExported() && !field.IsZero() {
				object[openName(f.Name)] = toOpen(field)
			}
		}
		return object
	}
	return v.Interface()
}

// fromOpen is the reverse of toOpen. It fails with invalid for a field that is
// not there or of another kind.
func fromOpen(in any, v reflect.Value) error {
	text, isText := in.(string)
	number, isNumber := in.(json.Number)
	object, isObject := in.(map[string]any)
	list, isList := in.([]any)
	switch kind := v.Kind(); {
	case v.Type() == timeType && isText:
		t, err := time.Parse(time.RFC3339Nano, text)
		v.Set(reflect.ValueOf(t))
		return malformed(err)
	case v.Type() == bytesType && isText:
		b, err := base64.StdEncoding.DecodeString(text)
		v.SetBytes(b)
		return malformed(err)
	case v.Type() == messageIDType && isText:
		number, isNumber = json.Number(text), true
		fallthrough
	case (kind == reflect.Int || kind == reflect.Int64) && isNumber:
		n, err := number.Int64()
		v.SetInt(n)
		return malformed(err)
	case kind == reflect.Float64 && isNumber:
		n, err := number.Float64()
		v.SetFloat(n)
		return malformed(err)
	case kind == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fromOpen(in, v.Elem())
	case kind == reflect.String && isText:
		v.SetString(text)
		return nil
	case kind == reflect.Bool:
		b, ok := in.(bool)
		v.SetBool(b)
		return malformedUnless(ok)
	case kind == reflect.Slice && isList:
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, one := range list {
			if err := fromOpen(one, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case v.Type() == reflect.TypeFor[map[string]string]() && isObject:
		words := map[string]string{}
		for name, one := range object {
			word, ok := one.(string)
			if !ok {
				return malformedUnless(false)
			}
			words[name] = word
		}
		v.Set(reflect.ValueOf(words))
		return nil
	case kind == reflect.Struct && isObject:
		return structFromOpen(object, v)
	}
	return malformedUnless(false)
}

func structFromOpen(object map[string]any, v reflect.Value) error {
	known := 0
	for _, f := range reflect.VisibleFields(v.Type()) {
		in, there := object[openName(f.Name)]
		if f.Anonymous || !f.IsExported() || !there {
			continue
		}
		known++
		if err := fromOpen(in, v.FieldByIndex(f.Index)); err != nil {
			return err
		}
	}
	return malformedUnless(known == len(object))
}

func malformed(err error) error { return malformedUnless(err == nil) }

func malformedUnless(ok bool) error {
	if ok {
		return nil
	}
	return inbox.InvalidField("export", "a value is not what the format says")
}

// camel makes the name of a column that of an export.
func camel(column string) string {
	parts := strings.Split(column, "_")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}
