package simulator

import "strings"

// blockUsers answers POST /{PNID}/block_users (§2.10).
func (s *Simulator) blockUsers(c *call) (any, *apiError) { return s.changeBlocks(c, true) }

// unblockUsers answers DELETE /{PNID}/block_users.
func (s *Simulator) unblockUsers(c *call) (any, *apiError) { return s.changeBlocks(c, false) }

func (s *Simulator) changeBlocks(c *call, block bool) (any, *apiError) {
	if err := needProduct(c.params); err != nil {
		return nil, err
	}
	entries, ok := c.params.docs("block_users")
	if !ok || len(entries) == 0 {
		return nil, plain(100, 0, "(#100) The parameter block_users is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var done, failed []any
	for _, entry := range entries {
		result, ok := s.changeBlock(c.number, entry, block)
		if ok {
			done = append(done, result)
		} else {
			failed = append(failed, result)
		}
	}
	users := object{}
	if done != nil {
		users["added_users"] = done
	}
	if failed == nil {
		return object{"messaging_product": "whatsapp", "block_users": users}, nil
	}
	users["failed_users"] = failed
	err := fail(139100, "Failed to block/unblock some users, see the block_users response list for details")
	err.extra = object{"messaging_product": "whatsapp", "block_users": users}
	return nil, err
}

// changeBlock handles one entry and reports whether it worked.
func (s *Simulator) changeBlock(n *number, entry doc, block bool) (object, bool) {
	input := entry.text("user")
	setString(&input, entry.text("user_id"))
	result := object{"input": input}
	customer := s.blockTarget(entry)
	if err := s.blockError(n, customer, entry, block); err != nil {
		result["errors"] = []any{object{
			"message": meaningOf(err.code).title, "code": err.code,
			"error_data": object{"details": err.details},
		}}
		return result, false
	}
	if entry.has("user") {
		result["wa_id"] = customer.waID
	}
	result["user_id"] = customer.p.BSUID
	if block {
		n.blocked[customer] = true
	} else {
		delete(n.blocked, customer)
	}
	return result, true
}

func (s *Simulator) blockTarget(entry doc) *Customer {
	if id := entry.text("user_id"); id != "" {
		return s.customerByBSUID(id)
	}
	return s.customerByPhone(digitsOf(entry.text("user")))
}

func (s *Simulator) blockError(n *number, c *Customer, entry doc, block bool) *apiError {
	switch {
	case strings.Contains(entry.text("user_id"), ".ENT."):
		return fail(131009, "A parent business-scoped user ID cannot be blocked")
	case c == nil:
		return fail(131021, "The user does not exist or cannot be blocked")
	case block && !s.windowOpen(n, c):
		return fail(131047, "Only users who wrote within the last 24 hours can be blocked")
	case block && len(n.blocked) >= 64000 && !n.blocked[c]:
		return fail(139101, "The blocklist is full")
	}
	return nil
}

// showBlocked answers GET /{PNID}/block_users.
func (s *Simulator) showBlocked(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []any
	for _, customer := range s.customers {
		if !c.number.blocked[customer] {
			continue
		}
		item := object{"messaging_product": "whatsapp", "user_id": customer.p.BSUID}
		if customer.showsPhone() {
			item["wa_id"] = customer.waID
		}
		items = append(items, item)
	}
	return page(c, items)
}

// forgetContact answers DELETE /{PNID}/contact_book: Meta forgets the customer's
// number, so that a username hides it again (§1.9).
func (s *Simulator) forgetContact(c *call) (any, *apiError) {
	if err := needProduct(c.params); err != nil {
		return nil, err
	}
	id := c.query("bsuid")
	if !validBSUID(id) {
		return nil, plain(100, 0, "(#100) The parameter bsuid is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	customer := s.customerByBSUID(id)
	deleted := customer != nil && customer.inBook
	if deleted {
		customer.inBook = false
	}
	return object{"success": true, "deleted": deleted}, nil
}

// InContactBook reports whether Meta's contact book still links the customer's
// BSUID with the number.
func (c *Customer) InContactBook() bool {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.inBook
}

// Blocked reports whether the business (its first number) blocked the customer.
func (c *Customer) Blocked() bool {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.sim.numbers[0].blocked[c]
}
