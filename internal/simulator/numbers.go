package simulator

import (
	"fmt"
	"time"
)

// PhoneNumber describes one business phone number of the portfolio.
type PhoneNumber struct {
	ID           string // Meta's phone number id
	Display      string // as people write it, with country code
	VerifiedName string
	Unregistered bool
}

// number is a business phone number with everything that hangs on it.
type number struct {
	id, display, digits, name string

	condition    Condition
	registered   bool
	verified     string // code_verification_status
	code         string // pending verification code
	pin          string
	pinMisses    int
	registers    []time.Time // recent register and deregister calls
	storage      object
	quality      string
	messagingTop string // messaging limit tier
	username     string
	identity     bool // identity change check

	profile    object
	qr         []*qrCode
	blocked    map[*Customer]bool
	automation object
	hook       callback           // override of this number
	throughput *bucket            // messages per second
	pairs      map[string]*bucket // messages per recipient
}

func newNumber(p PhoneNumber) *number {
	n := &number{
		id: p.ID, display: p.Display, digits: digitsOf(p.Display), name: p.VerifiedName,
		registered: !p.Unregistered, verified: "VERIFIED", quality: "GREEN", messagingTop: "TIER_250",
		storage: object{"status": "DEFAULT"}, profile: object{},
		blocked: map[*Customer]bool{}, pairs: map[string]*bucket{},
		automation: object{"enable_welcome_message": false, "prompts": []any{}, "commands": []any{}},
	}
	if p.Unregistered {
		n.verified = "NOT_VERIFIED"
	}
	return n
}

// AddPhoneNumber gives the portfolio a further number. It fails when the id or
// the number exists already.
func (s *Simulator) AddPhoneNumber(p PhoneNumber) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == "" {
		p.ID = s.ids.digits(15)
	}
	for _, n := range s.numbers {
		if n.id == p.ID || n.digits == digitsOf(p.Display) {
			return fmt.Errorf("add phone number: it exists already")
		}
	}
	s.numbers = append(s.numbers, newNumber(p))
	return nil
}

func (s *Simulator) numberByID(id string) *number {
	for _, n := range s.numbers {
		if n.id == id {
			return n
		}
	}
	return nil
}

// chosen is the number with that id, or the first one.
func (s *Simulator) chosen(id string) *number {
	if n := s.numberByID(id); n != nil {
		return n
	}
	return s.numbers[0]
}

func (n *number) metadata() object {
	return object{"display_phone_number": n.digits, "phone_number_id": n.id}
}
