package relay

import (
	"encoding/binary"
	"fmt"
	"time"
)

// MaxBody is the largest body the relay takes. Meta sends up to 3 MB (Meta
// docs: Webhooks overview).
const MaxBody = 4 << 20

const (
	maxFields     = 16
	deliveryForm  = 1
	paddingBlock  = 256
	deliveryStart = 1 + 8 + 1 // form, time, number of fields
)

// Field is one header line of a delivery.
type Field struct{ Name, Value string }

// Delivery is one webhook request as it came: what the desktop needs to check
// the signature itself, and nothing about who delivered it.
type Delivery struct {
	ReceivedAt time.Time
	Header     []Field
	Body       []byte
}

// Append writes d in the form that is sealed, filled up to a multiple of 256
// bytes so that the length of a short text cannot be read from the outside.
func (d Delivery) Append(b []byte) ([]byte, error) {
	if len(d.Header) > maxFields || len(d.Body) > MaxBody {
		return nil, fmt.Errorf("encode delivery: %w", ErrMalformed)
	}
	start := len(b)
	b = append(b, deliveryForm)
	b = binary.BigEndian.AppendUint64(b, uint64(d.ReceivedAt.UnixMilli()))
	b = append(b, byte(len(d.Header)))
	for _, f := range d.Header {
		for _, s := range []string{f.Name, f.Value} {
			if len(s) > 1<<16-1 {
				return nil, fmt.Errorf("encode delivery: %w", ErrMalformed)
			}
			b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
			b = append(b, s...)
		}
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(d.Body)))
	b = append(b, d.Body...)
	if rest := (len(b) - start) % paddingBlock; rest != 0 {
		b = append(b, make([]byte, paddingBlock-rest)...)
	}
	return b, nil
}

// ParseDelivery reads what Append wrote. The body shares b's memory.
func ParseDelivery(b []byte) (Delivery, error) {
	malformed := fmt.Errorf("decode delivery: %w", ErrMalformed)
	if len(b) < deliveryStart || b[0] != deliveryForm || b[9] > maxFields {
		return Delivery{}, malformed
	}
	d := Delivery{ReceivedAt: time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:])))}
	fields := int(b[9])
	b = b[deliveryStart:]
	text := func() (string, bool) {
		if len(b) < 2 {
			return "", false
		}
		n := int(binary.BigEndian.Uint16(b))
		if len(b) < 2+n {
			return "", false
		}
		s := string(b[2 : 2+n])
		b = b[2+n:]
		return s, true
	}
	for range fields {
		name, ok := text()
		value, ok2 := text()
		if !ok || !ok2 {
			return Delivery{}, malformed
		}
		d.Header = append(d.Header, Field{name, value})
	}
	if len(b) < 4 {
		return Delivery{}, malformed
	}
	n := binary.BigEndian.Uint32(b)
	if n > MaxBody || uint64(len(b)) < 4+uint64(n) || len(b)-4-int(n) >= paddingBlock {
		return Delivery{}, malformed
	}
	d.Body = b[4 : 4+n : 4+n]
	return d, nil
}
