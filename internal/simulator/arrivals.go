package simulator

// itemOf is what the customer's phone will show of a sent message.
func (s *Simulator) itemOf(m *sentMessage) *ChatItem {
	item := &ChatItem{ID: m.id, Type: m.kind, At: m.at, Quote: m.quote}
	p := m.payload
	switch m.kind {
	case "text":
		item.Text = p.text("body")
	case "image", "video", "audio", "document", "sticker":
		item.Text, item.Media = p.text("caption"), s.fileOf(p)
	case "location":
		lat, _ := p.number("latitude")
		lon, _ := p.number("longitude")
		item.Location = &Location{Latitude: lat, Longitude: lon, Name: p.text("name"), Address: p.text("address")}
	case "interactive":
		s.showInteractive(item, p)
	case "template":
		s.renderTemplate(item, m)
	default:
		item.Payload = p
	}
	return item
}

// fileOf is a media object with its bytes; links are shown, never loaded.
func (s *Simulator) fileOf(p doc) *File {
	f := &File{Name: p.text("filename"), Voice: p.flag("voice"), Link: p.text("link")}
	if item := s.media[p.text("id")]; item != nil {
		f.MIME, f.Bytes, f.Size = item.mime, item.bytes, int64(len(item.bytes))
	}
	return f
}

func (s *Simulator) showInteractive(item *ChatItem, p doc) {
	item.Payload = p
	body, _ := p.child("body")
	footer, _ := p.child("footer")
	header, _ := p.child("header")
	item.Text, item.Footer, item.Header = body.text("text"), footer.text("text"), header.text("text")
	if media, ok := header.child(header.text("type")); ok {
		item.Media = s.fileOf(media)
	}
	action, _ := p.child("action")
	params, _ := action.child("parameters")
	switch p.text("type") {
	case "button":
		buttons, _ := action.docs("buttons")
		for _, b := range buttons {
			reply, _ := b.child("reply")
			item.Buttons = append(item.Buttons, Button{Kind: "reply", ID: reply.text("id"), Title: reply.text("title")})
		}
	case "list":
		sections, _ := action.docs("sections")
		for _, section := range sections {
			rows, _ := section.docs("rows")
			for _, row := range rows {
				item.Buttons = append(item.Buttons, Button{
					Kind: "list_row", ID: row.text("id"), Title: row.text("title"), Description: row.text("description"),
				})
			}
		}
	case "cta_url":
		item.Buttons = []Button{{Kind: "url", Title: params.text("display_text"), URL: params.text("url")}}
	case "flow":
		item.Buttons = []Button{{Kind: "flow", ID: params.text("flow_id"), Title: params.text("flow_cta")}}
	case "location_request_message":
		item.Buttons = []Button{{Kind: "location_request", Title: "Standort senden"}}
	case "contact_request":
		item.Buttons = []Button{{Kind: "contact_request", Title: "Nummer teilen"}}
	}
}
