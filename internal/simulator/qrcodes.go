package simulator

import "strings"

// qrCode is a short link with a QR code (§4.6).
type qrCode struct {
	code, text, format string
}

// maxQRCodes is Meta's limit per number.
const maxQRCodes = 2000

func (s *Simulator) qrObject(c *call, q *qrCode) object {
	out := object{"code": q.code, "prefilled_message": q.text, "deep_link_url": "https://wa.me/message/" + q.code}
	format := q.format
	if asked := c.query("fields"); strings.Contains(asked, "qr_image_url") {
		format = "PNG"
		if strings.Contains(asked, "format(SVG)") {
			format = "SVG"
		}
	}
	if format != "" {
		item := s.keepMedia("image/svg+xml", qrPicture(q.code), urlLife)
		if format == "PNG" {
			item.mime, item.bytes = "image/png", Picture(q.code).Bytes
		}
		out["qr_image_url"] = s.mediaURL(item, "http://"+c.r.Host)
	}
	return out
}

// qrPicture stands for the image Meta draws; clients should draw deep_link_url
// themselves.
func qrPicture(code string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text x="5" y="50" font-size="8">` + code + `</text></svg>`)
}

func (n *number) qrByCode(code string) *qrCode {
	for _, q := range n.qr {
		if q.code == code {
			return q
		}
	}
	return nil
}

// showQRCodes answers GET /{PNID}/message_qrdls and …/{code}.
func (s *Simulator) showQRCodes(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(c.rest) == 1 {
		q := c.number.qrByCode(c.rest[0])
		if q == nil {
			return nil, unknownObject(c.rest[0], c.r.Method)
		}
		return object{"data": []any{s.qrObject(c, q)}}, nil
	}
	var items []any
	for _, q := range c.number.qr {
		items = append(items, s.qrObject(c, q))
	}
	return page(c, items)
}

// writeQRCode answers POST /{PNID}/message_qrdls: create, or update with a code.
func (s *Simulator) writeQRCode(c *call) (any, *apiError) {
	if err := c.params.needed("message_qrdls", "prefilled_message", 140); err != nil {
		return nil, err
	}
	format := c.params.text("generate_qr_image")
	if format != "" && format != "SVG" && format != "PNG" {
		return nil, plain(100, 0, "(#100) Param generate_qr_image must be one of {SVG, PNG}.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if code := c.params.text("code"); code != "" {
		q := c.number.qrByCode(code)
		if q == nil {
			return nil, unknownObject(code, c.r.Method)
		}
		q.text = c.params.text("prefilled_message")
		return s.qrObject(c, q), nil
	}
	if len(c.number.qr) >= maxQRCodes {
		return nil, plain(100, 0, "(#100) The limit of %d QR codes has been reached.", maxQRCodes)
	}
	q := &qrCode{code: s.ids.qrCode(), text: c.params.text("prefilled_message"), format: format}
	c.number.qr = append(c.number.qr, q)
	out := s.qrObject(c, q)
	q.format = "" // the image comes with the creation only, later on demand
	return out, nil
}

// deleteQRCode answers DELETE /{PNID}/message_qrdls/{code}.
func (s *Simulator) deleteQRCode(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(c.rest) != 1 || c.number.qrByCode(c.rest[0]) == nil {
		return nil, unknownObject(strings.Join(c.rest, "/"), c.r.Method)
	}
	kept := c.number.qr[:0:0]
	for _, q := range c.number.qr {
		if q.code != c.rest[0] {
			kept = append(kept, q)
		}
	}
	c.number.qr = kept
	return object{"success": true}, nil
}
