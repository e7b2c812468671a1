package cloudapi

import (
	"math"
	"slices"
	"strings"

	"tresen/internal/inbox"
)

// Bounds of lists inside one message. (Meta docs: 257 cards per message.)
const (
	maxCards      = 257
	maxCardFields = 50
	maxBirthday   = 32
	maxOrderItems = 1000
)

// readLocation returns nil if the place is not on the globe.
func readLocation(v value) *inbox.Location {
	latitude, okLatitude := v.get("latitude").float()
	longitude, okLongitude := v.get("longitude").float()
	if !okLatitude || !okLongitude || math.Abs(latitude) > 90 || math.Abs(longitude) > 180 {
		return nil
	}
	return &inbox.Location{
		Latitude:  latitude,
		Longitude: longitude,
		Name:      line(v.get("name"), maxName),
		Address:   line(v.get("address"), maxURL),
		URL:       line(v.get("url"), maxURL),
	}
}

// readCards reads the contact cards a customer sent. (Meta docs: contacts
// messages webhook reference.)
func readCards(v value) []inbox.Card {
	var cards []inbox.Card
	for c := range v.items() {
		if len(cards) == maxCards {
			break
		}
		if !c.is(kindObject) {
			continue
		}
		cards = append(cards, inbox.Card{
			Name:      cardName(c.get("name")),
			Org:       line(c.get("org").get("company"), maxName),
			Phones:    cardLines(c.get("phones"), "phone"),
			Emails:    cardLines(c.get("emails"), "email"),
			URLs:      cardLines(c.get("urls"), "url"),
			Role:      together(c.get("org"), " · ", "department", "title"),
			Addresses: cardAddresses(c.get("addresses")),
			Birthday:  line(c.get("birthday"), maxBirthday),
			Requested: c.get("origin").text() == "contact_request",
		})
	}
	return cards
}

func cardName(v value) string {
	if name := line(v.get("formatted_name"), maxName); name != "" {
		return name
	}
	return inbox.CleanLine(v.get("first_name").text()+" "+v.get("last_name").text(), maxName)
}

// cardAddresses writes each postal address in a line, as Meta's fields follow
// each other.
func cardAddresses(list value) []string {
	var lines []string
	for item := range list.items() {
		if len(lines) == maxCardFields {
			break
		}
		town := together(item, " ", "zip", "city")
		address := inbox.CleanLine(strings.Join(slices.DeleteFunc([]string{
			line(item.get("street"), maxName), town, line(item.get("state"), maxName), line(item.get("country"), maxName),
		}, func(part string) bool { return part == "" }), ", "), maxURL)
		if address != "" {
			lines = append(lines, address)
		}
	}
	return lines
}

// together joins those of an object's texts that are there.
func together(v value, between string, keys ...string) string {
	var parts []string
	for _, key := range keys {
		if part := line(v.get(key), maxName); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, between)
}

func cardLines(list value, key string) []string {
	var lines []string
	for item := range list.items() {
		if len(lines) == maxCardFields {
			break
		}
		if s := line(item.get(key), maxURL); s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

// readButton reads the tap on a template's quick reply.
func readButton(v value) *inbox.ChoiceReply {
	return &inbox.ChoiceReply{Type: "button", ID: line(v.get("payload"), maxID), Title: line(v.get("text"), maxName)}
}

// readInteractive reads the answer to an interactive message, or the words of
// one that the shop sent itself. It reports false if there is neither.
// (Meta docs: interactive messages webhook reference.)
func readInteractive(v value, c *inbox.Content) bool {
	typeName := line(v.get("type"), maxTypeName)
	answer := v.get(typeName)
	switch typeName {
	case "button_reply", "list_reply":
		c.Reply = &inbox.ChoiceReply{
			Type:        typeName,
			ID:          line(answer.get("id"), maxID),
			Title:       line(answer.get("title"), maxName),
			Description: line(answer.get("description"), maxName),
		}
	case "nfm_reply":
		c.Reply = &inbox.ChoiceReply{
			Type:         typeName,
			Title:        line(answer.get("name"), maxName),
			Description:  line(answer.get("body"), maxName),
			ResponseJSON: text(answer.get("response_json")),
		}
	case "call_permission_reply":
		c.Reply = &inbox.ChoiceReply{Type: typeName, Title: line(answer.get("response"), maxTypeName)}
	default:
		c.Text = text(v.get("body").get("text"))
		return c.Text != ""
	}
	return answer.is(kindObject)
}

// readOrder reads a basket. Prices stay the digits Meta wrote.
func readOrder(v value) *inbox.Order {
	order := &inbox.Order{CatalogID: opaqueID(v.get("catalog_id")), Text: text(v.get("text"))}
	for item := range v.get("product_items").items() {
		if len(order.Items) == maxOrderItems {
			break
		}
		order.Items = append(order.Items, inbox.OrderItem{
			ProductID: line(item.get("product_retailer_id"), maxName),
			Quantity:  line(item.get("quantity"), maxTypeName),
			Price:     line(item.get("item_price"), maxTypeName),
			Currency:  line(item.get("currency"), maxTypeName),
		})
	}
	return order
}
