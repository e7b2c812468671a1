package cloudapi

import "tresen/internal/inbox"

// calls reads calls a customer made to the shop; they open the customer
// service window. The beginning and the end of a call carry the same id, so
// whichever is stored first stands for it. The session description is dropped:
// it holds network addresses. (Meta docs: Calling API webhooks.)
func (p *parser) calls(c *change) {
	list, statuses := c.value.get("calls"), c.value.get("statuses")
	if !list.is(kindArray) && !statuses.is(kindArray) || c.number == "" {
		p.unknown(c.number, reasonChange, c.part)
		return
	}
	c.contacts = readContacts(c.value.get("contacts"))
	for v := range list.items() {
		p.call(c, v)
	}
	for s := range statuses.items() {
		p.unknown(c.number, reasonStatus, s)
	}
}

func (p *parser) call(c *change, v value) {
	id := inbox.WAMID(opaqueID(v.get("id")))
	from := c.contacts.complete(identity(v, "from", "from_user_id", "from_parent_user_id"))
	direction := v.get("direction").text()
	if id == "" || from.Empty() || direction != "" && direction != "USER_INITIATED" || from.WAID != "" && from.WAID == c.display {
		p.unknown(c.number, reasonMessage, v)
		return
	}
	p.add(inbox.MessageReceived{
		PhoneNumberID: c.number,
		From:          from,
		WAMID:         id,
		At:            p.timestamp(v.get("timestamp")),
		Kind:          inbox.KindCall,
		Content: inbox.Content{Call: &inbox.Call{
			Event:    line(v.get("event"), maxTypeName),
			Status:   line(v.get("status"), maxTypeName),
			Duration: int(min(max(v.get("duration").int(), 0), 1<<31-1)),
		}},
	})
}
