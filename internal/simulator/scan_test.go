package simulator_test

import (
	"context"
	"net/http"
	"testing"

	"tresen/internal/simulator"
)

func TestAPhoneOpensClickToChatLinks(t *testing.T) {
	sim, err := simulator.Start(simulator.Config{Deliver: func(context.Context, []byte, http.Header) int { return http.StatusOK }})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	anna, err := sim.AddCustomer(simulator.Person{Phone: "+491713920011", Name: "Anna"})
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"https://wa.me/493023125110?text=Guten%20Tag%20%28T%C3%BCr%29": "Guten Tag (Tür)",
		"https://WA.ME/493023125110?text=a+b":                          "a+b",
		"https://wa.me/493023125110":                                   "",
		"https://wa.me/493023125119?text=x":                            "",
		"https://wa.me/message/ABCDEFGHIJ1234":                         "",
		"http://wa.me/493023125110?text=x":                             "",
	} {
		text, err := anna.Scan(context.Background(), link)
		if text != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", link, text, err)
		}
	}
}
