package search

import (
	"slices"
	"testing"

	"tresen/internal/inbox"
)

func TestCustomersAreListedByHowTheNameFits(t *testing.T) {
	var x Index
	begins, word, inside, note, other := inbox.CustomerID{1}, inbox.CustomerID{2}, inbox.CustomerID{3}, inbox.CustomerID{4}, inbox.CustomerID{5}
	x.PutCustomer(Customer{ID: note, Names: []string{"Anton"}, Notes: []string{"kommt mit Frau Müller"}})
	x.PutCustomer(Customer{ID: inside, Names: []string{"Obermüller"}})
	x.PutCustomer(Customer{ID: word, Names: []string{"Eva Mueller"}})
	x.PutCustomer(Customer{ID: begins, Names: []string{"4917012345", "Müller, Anton", "@antonm"}})
	x.PutCustomer(Customer{ID: other, Names: []string{"Miller"}})
	for query, want := range map[string][]inbox.CustomerID{
		"muller":       {begins, word, inside, note},
		"MÜLLER anton": {begins, note},
		"0170 12345":   {begins},
		"antonm":       {begins},
		"müller":       {begins, word, inside, note},
		"mueller eva":  {word},
		"kommt":        {note},
		"":             {},
		"?":            {},
		"niemand":      {},
	} {
		hits, err := x.Customers(t.Context(), query, 10)
		if err != nil {
			t.Fatal(err)
		}
		got := []inbox.CustomerID{}
		for _, h := range hits {
			got = append(got, h.ID)
			if h.InName == (h.ID == note) {
				t.Errorf("%q: customer %d in name: %t", query, h.ID[0], h.InName)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
	if hits, err := x.Customers(t.Context(), "muller", 2); err != nil || len(hits) != 2 {
		t.Errorf("limit 2 gives %d, %v", len(hits), err)
	}
	if hits, err := x.Customers(t.Context(), "muller", 0); err != nil || hits == nil || len(hits) != 0 {
		t.Errorf("limit 0 gives %v, %v", hits, err)
	}
}

func TestCustomersOfOneClassAreSortedByName(t *testing.T) {
	var x Index
	for i, name := range []string{"Meier Zoe", "Meier Östan", "Meier Anna", "Meier Otto"} {
		x.PutCustomer(Customer{ID: inbox.CustomerID{byte(i)}, Names: []string{name}})
	}
	hits, err := x.Customers(t.Context(), "meier", 10)
	if err != nil {
		t.Fatal(err)
	}
	var order []byte
	for _, h := range hits {
		order = append(order, h.ID[0])
	}
	if !slices.Equal(order, []byte{2, 1, 3, 0}) {
		t.Errorf("order %v", order)
	}
}

func TestPutCustomerReplacesAndWipes(t *testing.T) {
	var x Index
	id := inbox.CustomerID{1}
	x.PutCustomer(Customer{ID: id, Names: []string{"Geheimrat"}, Notes: []string{"Altnotiz"}})
	old := x.customers[id]
	x.PutCustomer(Customer{ID: id, Names: []string{"Neumann"}})
	for _, b := range append(old.names, old.notes...) {
		if b != 0 {
			t.Fatal("the old name is still in memory")
		}
	}
	if hits, err := x.Customers(t.Context(), "geheim", 5); err != nil || len(hits) != 0 {
		t.Errorf("found %v, %v", hits, err)
	}
	if x.Size().Customers != 1 {
		t.Errorf("%d customers", x.Size().Customers)
	}
}
