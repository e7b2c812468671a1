package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"tresen/internal/simulator"
)

// A customer writes, the business answers by API and learns that the answer was
// read.
func Example() {
	ctx := context.Background()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		panic(err)
	}
	defer sim.Close()
	anna, err := sim.AddCustomer(simulator.Person{Phone: "+491713920011", Name: "Anna"})
	if err != nil {
		panic(err)
	}
	if _, err := anna.SendText(ctx, "Haben Sie Tulpen?"); err != nil {
		panic(err)
	}

	send := httptest.NewRequest(http.MethodPost, "/v25.0/"+simulator.DefaultPhoneNumberID+"/messages",
		strings.NewReader(`{"messaging_product":"whatsapp","to":"+491713920011","type":"text","text":{"body":"Ja!"}}`))
	send.Header.Set("Authorization", "Bearer "+simulator.DefaultToken)
	answer := httptest.NewRecorder()
	sim.ServeHTTP(answer, send)
	if err := sim.WaitIdle(ctx); err != nil {
		panic(err)
	}
	anna.Read()

	webhooks, err := sim.Drain(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Code, anna.Received()[0].Text)
	for _, w := range webhooks {
		for _, word := range []string{"Tulpen", `"sent"`, `"delivered"`, `"read"`} {
			if strings.Contains(string(w.Body), word) {
				fmt.Println(word)
			}
		}
	}
	// Output:
	// 200 Ja!
	// Tulpen
	// "sent"
	// "delivered"
	// "read"
}
