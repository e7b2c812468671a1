package cloudapi

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

func TestShortLinkLivesAndDies(t *testing.T) {
	client, _ := simulated(t)
	made, err := client.CreateShortLink(t.Context(), " Hallo, ich komme vom Aushang. ")
	if err != nil || made.URL != "https://wa.me/message/"+made.Code || made.Text != "Hallo, ich komme vom Aushang." {
		t.Fatalf("CreateShortLink = %+v, %v", made, err)
	}
	changed, err := client.UpdateShortLink(t.Context(), made.Code, "Guten Tag")
	if err != nil || changed.Code != made.Code || changed.Text != "Guten Tag" {
		t.Errorf("UpdateShortLink = %+v, %v", changed, err)
	}
	if got, err := client.ShortLink(t.Context(), made.Code); err != nil || got != changed {
		t.Errorf("ShortLink = %+v, %v", got, err)
	}
	if err := client.DeleteShortLink(t.Context(), made.Code); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"read":   second(client.ShortLink(t.Context(), made.Code)),
		"update": second(client.UpdateShortLink(t.Context(), made.Code, "x")),
		"delete": client.DeleteShortLink(t.Context(), made.Code),
	} {
		if inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s a deleted link: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestShortLinksAreListedToTheEnd(t *testing.T) {
	client, _ := simulated(t)
	want := []ShortLink{}
	for i := range 230 {
		link, err := client.CreateShortLink(t.Context(), fmt.Sprint("Schild ", i))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, link)
	}
	got, err := client.ShortLinks(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%d links, %v", len(got), err)
	}
}

func TestShortLinkRefusesWhatMetaWould(t *testing.T) {
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, text := range []string{"", " \n", strings.Repeat("ä", 141), "a\xff"} {
		if _, err := client.CreateShortLink(t.Context(), text); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("text %.10q: %v", text, err)
		}
	}
	for _, code := range []string{"", "short", "abcdefghijkl", "../../me", "ABCDEFGHIJ/K"} {
		for _, err := range []error{
			second(client.ShortLink(t.Context(), code)), second(client.UpdateShortLink(t.Context(), code, "x")),
			client.DeleteShortLink(t.Context(), code),
		} {
			if inbox.CodeOf(err) != inbox.CodeInvalid {
				t.Errorf("code %q: %v", code, err)
			}
		}
	}
}

// What is printed must lead to WhatsApp, whatever an answer says.
func TestShortLinkAddressIsOurOwn(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"code":"4O4YGZEG3RIVE1","prefilled_message":"Hallo","deep_link_url":"https://evil.example/x"}`)
	})
	got, err := client.CreateShortLink(t.Context(), "Hallo")
	if err != nil || got.URL != "https://wa.me/message/4O4YGZEG3RIVE1" {
		t.Errorf("%+v, %v", got, err)
	}
	client = startClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"code":"../x"}`) })
	if _, err := client.CreateShortLink(t.Context(), "Hallo"); !IsAmbiguous(err) {
		t.Errorf("a strange code: %v", err)
	}
}
