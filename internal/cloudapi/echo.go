package cloudapi

import "tresen/internal/inbox"

// echoes reads what the shop sent from its phone (smb_message_echoes) or with
// another program (message_echoes). (Meta docs: Onboarding WhatsApp Business
// app users.)
func (p *parser) echoes(c *change) {
	list := c.value.get("message_echoes")
	if !list.is(kindArray) || c.number == "" {
		p.unknown(c.number, reasonChange, c.part)
		return
	}
	c.contacts = readContacts(c.value.get("contacts"))
	for m := range list.items() {
		if p.full() {
			return
		}
		p.echo(c, m)
	}
}

func (p *parser) echo(c *change, m value) {
	e, ok := p.envelope(c, m)
	if !ok || m.get("group_id").exists() {
		p.unknown(c.number, reasonMessage, m)
		return
	}
	e.fromShop = true
	e.customer = c.contacts.complete(identity(m, "to", "to_user_id", "to_parent_user_id"))
	p.content(e, m)
}

// history reads the older conversations of a number that is also used with the
// WhatsApp Business app. Files come later, as messages beside the threads.
// (Meta docs: Onboarding WhatsApp Business app users, history webhook.)
func (p *parser) history(c *change) {
	parts := c.value.get("history")
	known := parts.is(kindArray) || c.value.get("messages").is(kindArray) || c.value.get("message_echoes").is(kindArray)
	if !known || c.number == "" {
		p.unknown(c.number, reasonChange, c.part)
		return
	}
	c.contacts = readContacts(c.value.get("contacts"))
	for part := range parts.items() {
		for e := range part.get("errors").items() {
			p.problem(c, "history", e)
		}
		for thread := range part.get("threads").items() {
			p.thread(c, thread)
		}
	}
	for m := range c.value.get("messages").items() {
		p.historic(c, m, inbox.Identity{})
	}
	for m := range c.value.get("message_echoes").items() {
		p.historic(c, m, inbox.Identity{})
	}
}

func (p *parser) thread(c *change, thread value) {
	customer := identity(thread.get("context"), "wa_id", "user_id", "parent_user_id")
	customer.Username = inbox.NormalizeUsername(thread.get("context").get("username").text())
	customer.WAID = firstOf(customer.WAID, waid(thread.get("id")))
	for m := range thread.get("messages").items() {
		if p.full() {
			return
		}
		p.historic(c, m, customer)
	}
}

// historic adds one message of a history. customer is the thread's, or empty
// where there is no thread.
func (p *parser) historic(c *change, m value, customer inbox.Identity) {
	e, ok := p.envelope(c, m)
	from := identity(m, "from", "from_user_id", "from_parent_user_id")
	to := identity(m, "to", "to_user_id", "to_parent_user_id")
	e.history = true
	if from.WAID == "" || from.WAID != customer.WAID {
		e.fromShop = c.display != "" && from.WAID == c.display || !to.Empty() && to.WAID != c.display
	}
	if customer.Empty() {
		customer = from
		if e.fromShop {
			customer = to
		}
		customer = c.contacts.complete(customer)
	}
	e.customer = customer
	if !ok || m.get("group_id").exists() {
		p.unknown(c.number, reasonMessage, m)
		return
	}
	p.content(e, m)
}
