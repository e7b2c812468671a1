package simulator

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Person describes a simulated customer.
type Person struct {
	// Phone is E.164 ("+49171…"); empty for somebody whose number the business
	// never learns.
	Phone string `json:"phone,omitempty"`
	// BSUID is made up if empty; ParentBSUID is left out if empty.
	BSUID       string `json:"bsuid,omitempty"`
	ParentBSUID string `json:"parent_bsuid,omitempty"`
	// Name is the profile name the person chose; it may be empty.
	Name string `json:"name,omitempty"`
	// Username hides the number from businesses that do not know it (§1.9).
	Username string `json:"username,omitempty"`
	// PhoneKnown puts the person into the business's contact book, so that the
	// number is shown in spite of a username.
	PhoneKnown bool `json:"phone_known,omitempty"`
	// NoReceipts never confirms reading. Offline receives nothing until SetOnline.
	NoReceipts bool `json:"no_receipts,omitempty"`
	Offline    bool `json:"offline,omitempty"`
	// AutoRead reads by itself, after StatusTiming.Read, what arrives.
	AutoRead bool `json:"auto_read,omitempty"`
}

// Customer is a simulated customer with a phone.
type Customer struct {
	sim  *Simulator
	p    Person
	waID string // digits; empty without a phone

	inBook  bool // Meta's contact book holds the number
	stopped bool // stopped marketing messages
	refuses bool // blocked the business
	chats   map[*number]*chat

	answers     []string // what the customer answers by itself, in turn
	answerAfter time.Duration
}

// chat is the conversation of one customer with one number, as the customer's
// phone and Meta's window know it.
type chat struct {
	items       []*ChatItem
	lastInbound time.Time
	typingUntil time.Time
	adAt        time.Time // message from an ad, opens a free entry point if answered
	freeUntil   time.Time // end of the free entry point window
	waiting     []*sentMessage
}

// AddCustomer brings a person into the world. It fails when the number or the
// BSUID belongs to somebody already, or when there is neither a usable number nor
// a BSUID that looks like one.
func (s *Simulator) AddCustomer(p Person) (*Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	digits := digitsOf(p.Phone)
	if p.Phone != "" && (len(digits) < 7 || len(digits) > 15) {
		return nil, errors.New("add customer: phone number needs 7 to 15 digits")
	}
	if p.BSUID == "" {
		p.BSUID = s.ids.bsuid(countryOf(digits))
	}
	if !validBSUID(p.BSUID) {
		return nil, errors.New("add customer: business-scoped user id is not of the form CC.alphanumerics")
	}
	if s.customerByBSUID(p.BSUID) != nil || (digits != "" && s.customerByPhone(digits) != nil) {
		return nil, errors.New("add customer: identifier belongs to another customer")
	}
	c := &Customer{sim: s, p: p, waID: digits, inBook: p.PhoneKnown, chats: map[*number]*chat{}}
	s.customers = append(s.customers, c)
	c.enlist()
	return c, nil
}

// Customers are all customers in the order they were added.
func (s *Simulator) Customers() []*Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Customer(nil), s.customers...)
}

// FindCustomer finds a customer by phone number, BSUID or username.
func (s *Simulator) FindCustomer(key string) (*Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.customerByBSUID(key); c != nil {
		return c, nil
	}
	for _, c := range s.customers {
		if c.p.Username != "" && c.p.Username == strings.TrimPrefix(key, "@") {
			return c, nil
		}
	}
	if digits := digitsOf(key); digits != "" {
		if c := s.customerByPhone(digits); c != nil {
			return c, nil
		}
	}
	return nil, errors.New("find customer: nobody has this identifier")
}

// Person says who the customer is now.
func (c *Customer) Person() Person {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.p
}

// Change changes what a person can change by themselves: name, username,
// receipts, reading habits. Identifiers stay; see ChangeNumber and ChangeBSUID.
func (c *Customer) Change(change func(*Person)) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	p := c.p
	change(&p)
	p.Phone, p.BSUID, p.ParentBSUID, p.Offline = c.p.Phone, c.p.BSUID, c.p.ParentBSUID, c.p.Offline
	c.p = p
}

// SetOnline switches the phone on or off; what waited arrives when it is on.
func (c *Customer) SetOnline(online bool) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c.p.Offline = !online
	if !online {
		return
	}
	for _, ch := range c.chats {
		waiting := ch.waiting
		ch.waiting = nil
		for _, m := range waiting {
			s.arrive(m)
		}
	}
}

// BlockBusiness blocks or unblocks the business on the customer's phone.
func (c *Customer) BlockBusiness(blocked bool) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.refuses = blocked
}

func (s *Simulator) customerByBSUID(id string) *Customer { return s.byBSUID[id] }

func (s *Simulator) customerByPhone(digits string) *Customer { return s.byPhone[digits] }

// enlist makes the customer's present identifiers findable; delist takes them away
// before they change.
func (c *Customer) enlist() {
	c.sim.byBSUID[c.p.BSUID] = c
	if c.p.ParentBSUID != "" {
		c.sim.byBSUID[c.p.ParentBSUID] = c
	}
	if c.waID != "" {
		c.sim.byPhone[c.waID] = c
	}
}

func (c *Customer) delist() {
	delete(c.sim.byBSUID, c.p.BSUID)
	delete(c.sim.byPhone, c.waID)
}

func (c *Customer) chat(n *number) *chat {
	ch := c.chats[n]
	if ch == nil {
		ch = &chat{}
		c.chats[n] = ch
	}
	return ch
}

// showsPhone is Meta's rule for the number in webhooks (§1.9): always without a
// username, otherwise only if the contact book has it.
func (c *Customer) showsPhone() bool {
	return c.waID != "" && (c.p.Username == "" || c.inBook)
}

// meet records that the business and this number had to do with each other.
func (c *Customer) meet() {
	if c.waID != "" && c.p.Username == "" {
		c.inBook = true
	}
}

// party is what the customer's wamids carry.
func (c *Customer) party() string {
	if c.showsPhone() {
		return c.waID
	}
	return c.p.BSUID
}

// contact is the customer in a webhook's contacts array.
func (c *Customer) contact(n *number) object {
	profile := object{}
	if c.p.Name != "" {
		profile["name"] = c.p.Name
	}
	if c.p.Username != "" {
		profile["username"] = c.p.Username
	}
	out := object{"profile": profile, "user_id": c.p.BSUID}
	if c.showsPhone() {
		out["wa_id"] = c.waID
	}
	if c.p.ParentBSUID != "" {
		out["parent_user_id"] = c.p.ParentBSUID
	}
	if n.identity {
		out["identity_key_hash"] = c.identityHash()
	}
	return out
}

// windowOpen reports whether the customer wrote within the last 24 hours.
func (s *Simulator) windowOpen(n *number, c *Customer) bool {
	ch := c.chats[n]
	return ch != nil && !ch.lastInbound.IsZero() && s.clock.now().Before(ch.lastInbound.Add(24*time.Hour))
}

// OpenWindow tells Meta's side when this customer wrote last, so that a demo that
// is started again with a stored history keeps its windows. It never shortens one.
func (s *Simulator) OpenWindow(c *Customer, lastInbound time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := c.chat(s.numbers[0])
	if lastInbound.After(ch.lastInbound) {
		ch.lastInbound = lastInbound
	}
	c.meet()
}

// ChangeNumber gives the customer a new number and, as Meta does, a new BSUID,
// and tells every number the customer has a chat with by a system message.
func (c *Customer) ChangeNumber(phone string) error {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	digits := digitsOf(phone)
	if len(digits) < 7 || s.customerByPhone(digits) != nil {
		return errors.New("change number: new number is unusable or taken")
	}
	oldFrom, oldID := c.waID, c.p.BSUID
	shown := c.showsPhone()
	c.delist()
	c.p.Phone, c.waID, c.p.BSUID = phone, digits, s.ids.bsuid(countryOf(digits))
	c.enlist()
	system := object{"user_id": c.p.BSUID, "previous_user_id": oldID}
	message := object{"type": "system"}
	if shown {
		message["from"] = oldFrom
		system["type"], system["wa_id"] = "user_changed_number", digits
		system["body"] = fmt.Sprintf("User %s changed from %s to %s", c.p.Name, oldFrom, digits)
	} else {
		system["type"] = "user_changed_user_id"
		system["body"] = fmt.Sprintf("User %s changed their user id", c.p.Name)
	}
	c.tellSystem(message, system)
	return nil
}

// ChangeBSUID regenerates the business-scoped user id alone.
func (c *Customer) ChangeBSUID() {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	old := c.p.BSUID
	c.delist()
	defer c.enlist()
	c.p.BSUID = s.ids.bsuid(strings.SplitN(old, ".", 2)[0])
	c.tellSystem(object{"type": "system"}, object{
		"type": "user_changed_user_id", "user_id": c.p.BSUID, "previous_user_id": old,
		"body": fmt.Sprintf("User %s changed their user id", c.p.Name),
	})
}

func (c *Customer) tellSystem(message, system object) {
	s := c.sim
	if c.p.ParentBSUID != "" {
		system["parent_user_id"], system["previous_parent_user_id"] = c.p.ParentBSUID, c.p.ParentBSUID
	}
	for _, n := range s.numbers {
		if c.chats[n] == nil {
			continue
		}
		m := object{"id": s.ids.wamid(c.party(), true), "timestamp": formatUnix(s.clock.now().Unix()), "system": system}
		for k, v := range message {
			m[k] = v
		}
		s.emit(update{field: "messages", number: n, value: s.messagesValue(n, nil, m)})
	}
}
