package cloudapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func quoteJSON(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return []byte(`""`)
	}
	return b
}

func benchmarkParse(b *testing.B, body []byte, events int) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		got, err := Parse(body, received)
		if err != nil || len(got) != events {
			b.Fatalf("%d events, %v", len(got), err)
		}
	}
}

func message(i int) string {
	return fmt.Sprintf(`{"from":"49171392%04d","from_user_id":"DE.%d","id":"wamid.HBgMNDkxNzEzOTIw%08dFQIAEhgg","timestamp":"1795341600",`+
		`"type":"text","text":{"body":"Guten Tag, haben Sie morgen ge\u00f6ffnet? Ich w\u00fcrde gern um 10 Uhr etwas abholen."}}`, i, i, i)
}

func contact(i int) string {
	return fmt.Sprintf(`{"profile":{"name":"Kundin %d"},"wa_id":"49171392%04d","user_id":"DE.%d"}`, i, i, i)
}

func list(n int, element func(int) string) string {
	elements := make([]string, n)
	for i := range elements {
		elements[i] = element(i)
	}
	return "[" + strings.Join(elements, ",") + "]"
}

func BenchmarkParseText(b *testing.B) {
	benchmarkParse(b, []byte(delivery(`"contacts":`+list(1, contact)+`,"messages":`+list(1, message))), 1)
}

func BenchmarkParseStatus(b *testing.B) {
	benchmarkParse(b, read(b, "testdata/webhook/statuses.json"), 4)
}

func BenchmarkParseBatch1000(b *testing.B) {
	benchmarkParse(b, []byte(delivery(`"contacts":`+list(1000, contact)+`,"messages":`+list(1000, message))), 1000)
}

func BenchmarkVerifySignature(b *testing.B) {
	body := delivery(`"contacts":` + list(1, contact) + `,"messages":` + list(1, message))
	header, secrets := sign("secret", body), Secrets{[]byte("secret")}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if !VerifySignature(secrets, header, []byte(body)) {
			b.Fatal("refused")
		}
	}
}
