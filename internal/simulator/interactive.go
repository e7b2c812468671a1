package simulator

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// checkInteractive validates an interactive message (§2.3).
func (s *Simulator) checkInteractive(n *number, p doc) *apiError {
	if err := p.only("interactive", "type", "header", "body", "footer", "action"); err != nil {
		return err
	}
	kind := p.text("type")
	action, ok := p.child("action")
	if !ok {
		return fail(131008, "Parameter 'action' of 'interactive' is mandatory")
	}
	bodyLimit := 1024
	if kind == "list" {
		bodyLimit = 4096
	}
	if err := checkFrame(p, bodyLimit); err != nil {
		return err
	}
	if err := s.checkHeader(n, p, kind); err != nil {
		return err
	}
	switch kind {
	case "button":
		return checkButtons(action)
	case "list":
		return checkList(action)
	case "cta_url":
		return checkLinkButton(action)
	case "location_request_message":
		return checkAction(action, "send_location")
	case "contact_request":
		return checkAction(action, "request_contact_info")
	case "carousel":
		return s.checkCarousel(n, action)
	case "flow":
		return checkFlow(action)
	case "product", "product_list", "catalog_message", "call_permission_request", "voice_call",
		"address_message", "order_details", "order_status":
		return nil
	}
	return fail(131009, "Interactive type is not valid")
}

// checkFrame checks body and footer.
func checkFrame(p doc, bodyLimit int) *apiError {
	body, hasBody := p.child("body")
	if !hasBody && p.text("type") != "product" {
		return fail(131008, "Parameter 'body' of 'interactive' is mandatory")
	}
	if hasBody {
		if err := body.needed("interactive['body']", "text", bodyLimit); err != nil {
			return err
		}
	}
	if footer, ok := p.child("footer"); ok {
		return footer.needed("interactive['footer']", "text", 60)
	}
	return nil
}

func (s *Simulator) checkHeader(n *number, p doc, kind string) *apiError {
	header, ok := p.child("header")
	if !ok {
		if p.has("header") {
			return fail(131009, "Parameter 'header' of 'interactive' is not valid")
		}
		return nil
	}
	switch typ := header.text("type"); {
	case typ == "text":
		return header.needed("interactive['header']", "text", 60)
	case (typ == "image" || typ == "video" || typ == "document") && kind != "list":
		media, ok := header.child(typ)
		if !ok {
			return fail(131008, "Parameter '%s' of the header is mandatory", typ)
		}
		return s.checkMediaParam(n, typ, media)
	}
	return fail(131009, "The header type is not valid for this interactive type")
}

func checkAction(action doc, name string) *apiError {
	if action.text("name") != name {
		return fail(131009, "action.name must be '%s'", name)
	}
	return nil
}

func checkButtons(action doc) *apiError {
	buttons, ok := action.docs("buttons")
	if !ok || len(buttons) < 1 || len(buttons) > 3 {
		return fail(131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range buttons {
		reply, ok := b.child("reply")
		if !ok || b.text("type") != "reply" {
			return fail(131009, "Buttons must be of type 'reply'")
		}
		if err := lengthIn(reply, "id", "Button id", 256); err != nil {
			return err
		}
		if err := lengthIn(reply, "title", "Button title", 20); err != nil {
			return err
		}
		if ids[reply.text("id")] || titles[reply.text("title")] {
			return fail(131009, "Button ids and titles must be unique")
		}
		ids[reply.text("id")], titles[reply.text("title")] = true, true
	}
	return nil
}

func lengthIn(d doc, key, label string, limit int) *apiError {
	if n := utf8.RuneCountInString(d.text(key)); n < 1 || n > limit {
		return fail(131009, "%s length invalid. Min length: 1, Max length: %d", label, limit)
	}
	return nil
}

func checkList(action doc) *apiError {
	if err := lengthIn(action, "button", "List button", 20); err != nil {
		return err
	}
	sections, ok := action.docs("sections")
	if !ok || len(sections) < 1 || len(sections) > 10 {
		return fail(131009, "Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
	}
	total, ids := 0, map[string]bool{}
	for _, section := range sections {
		if len(sections) > 1 && section.text("title") == "" {
			return fail(131009, "Section titles are mandatory when there is more than one section")
		}
		if err := section.limited("section", "title", 24); err != nil {
			return err
		}
		rows, ok := section.docs("rows")
		if !ok || len(rows) == 0 {
			return fail(131009, "A section needs at least one row")
		}
		for _, row := range rows {
			if err := checkRow(row, ids); err != nil {
				return err
			}
			total++
		}
	}
	if total > 10 {
		return fail(131009, "Total row count exceed max allowed count: 10")
	}
	return nil
}

func checkRow(row doc, ids map[string]bool) *apiError {
	if err := lengthIn(row, "id", "Row id", 200); err != nil {
		return err
	}
	if err := lengthIn(row, "title", "Row title", 24); err != nil {
		return err
	}
	if ids[row.text("id")] {
		return fail(131009, "Row ids must be unique")
	}
	ids[row.text("id")] = true
	return row.limited("row", "description", 72)
}

func checkLinkButton(action doc) *apiError {
	if err := checkAction(action, "cta_url"); err != nil {
		return err
	}
	params, ok := action.child("parameters")
	if !ok {
		return fail(131008, "Parameter 'parameters' of 'action' is mandatory")
	}
	if err := lengthIn(params, "display_text", "Display text", 20); err != nil {
		return err
	}
	if u, err := url.Parse(params.text("url")); err != nil || u.Host == "" {
		return fail(131009, "action.parameters.url is not a valid URL")
	}
	return nil
}

func checkFlow(action doc) *apiError {
	if err := checkAction(action, "flow"); err != nil {
		return err
	}
	params, ok := action.child("parameters")
	if !ok || params.text("flow_cta") == "" || (params.text("flow_id") == "") == (params.text("flow_name") == "") {
		return fail(131009, "A flow needs flow_cta and either flow_id or flow_name")
	}
	return nil
}

func (s *Simulator) checkCarousel(n *number, action doc) *apiError {
	cards, ok := action.docs("cards")
	if !ok || len(cards) < 2 || len(cards) > 10 {
		return fail(131009, "A carousel needs between 2 and 10 cards")
	}
	for i, card := range cards {
		if index, ok := card.number("card_index"); !ok || int(index) != i {
			return fail(131009, "card_index must count from 0")
		}
		header, _ := card.child("header")
		if t := header.text("type"); t != "image" && t != "video" {
			return fail(131009, "A card needs an image or video header")
		}
		if err := s.checkHeader(n, card, "carousel"); err != nil {
			return err
		}
		if body, ok := card.child("body"); ok {
			text := body.text("text")
			if utf8.RuneCountInString(text) > 160 || strings.Count(text, "\n") > 2 {
				return fail(131009, "A card's body may have 160 characters and 2 line breaks")
			}
		}
		action, ok := card.child("action")
		if !ok {
			return fail(131008, "Parameter 'action' of a card is mandatory")
		}
		if action.text("name") == "cta_url" {
			if err := checkLinkButton(action); err != nil {
				return err
			}
		}
	}
	return nil
}
