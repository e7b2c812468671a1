package simulator

import "strings"

// numberField is one field of a phone number (§4.2); false if there is no such
// field, which the Graph API answers with code 100.
func (s *Simulator) numberField(n *number, name string) (any, bool) {
	status := n.condition.status(n.registered)
	all := object{
		"id": n.id, "display_phone_number": n.display, "verified_name": n.name, "status": status,
		"quality_rating": n.quality, "code_verification_status": n.verified, "name_status": n.condition.nameStatus(),
		"new_name_status": "NONE", "account_mode": "LIVE", "platform_type": "CLOUD_API", "host_platform": "CLOUD_API",
		"throughput": object{"level": "STANDARD"}, "is_official_business_account": false, "is_on_biz_app": n.condition.OnPhoneApp,
		"is_pin_enabled": n.pin != "", "country_code": countryOf(n.digits), "country_dial_code": n.digits[:2],
		"whatsapp_business_manager_messaging_limit": n.messagingTop, "conversational_automation": n.automation,
		"webhook_configuration": s.webhookConfiguration(n), "health_status": s.health("PHONE_NUMBER", n),
	}
	if name == "username" {
		return n.username, true
	}
	v, ok := all[name]
	return v, ok
}

func (s *Simulator) numberObject(n *number, fields []string) (object, *apiError) {
	if len(fields) == 0 {
		fields = []string{"verified_name", "code_verification_status", "display_phone_number", "quality_rating",
			"platform_type", "throughput", "webhook_configuration"}
	}
	out := object{"id": n.id}
	for _, f := range fields {
		v, ok := s.numberField(n, f)
		if !ok {
			return nil, unknownField(f, "WhatsAppBusinessPhoneNumber")
		}
		if v != "" {
			out[f] = v
		}
	}
	return out, nil
}

func unknownField(name, node string) *apiError {
	return plain(100, 0, "(#100) Tried accessing nonexisting field (%s) on node type (%s)", name, node)
}

// showNumber answers GET /{PNID}.
func (s *Simulator) showNumber(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.numberObject(c.number, fieldList(c))
	if err != nil {
		return nil, err
	}
	return out, nil
}

// listNumbers answers GET /{WABA}/phone_numbers.
func (s *Simulator) listNumbers(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []any
	for _, n := range s.numbers {
		item, err := s.numberObject(n, fieldList(c))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return page(c, items)
}

// showWABA answers GET /{WABA}.
func (s *Simulator) showWABA(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := object{
		"id": s.waba.id, "name": s.waba.name, "currency": "EUR", "timezone_id": "42",
		"message_template_namespace":   "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9",
		"business_verification_status": "verified", "country": "DE", "ownership_type": "SELF",
		"account_review_status": "APPROVED", "health_status": s.health("WABA", nil),
		"owner_business_info": object{"name": s.waba.name, "id": s.cfg.BusinessID},
	}
	fields := fieldList(c)
	if len(fields) == 0 {
		fields = []string{"name", "currency", "timezone_id", "message_template_namespace"}
	}
	out := object{"id": s.waba.id}
	for _, f := range fields {
		v, ok := all[f]
		if !ok {
			return nil, unknownField(f, "WhatsAppBusinessAccount")
		}
		out[f] = v
	}
	return out, nil
}

// health is the health_status of a node and of what it depends on.
func (s *Simulator) health(of string, n *number) object {
	entities := []any{}
	overall := "AVAILABLE"
	if of == "PHONE_NUMBER" {
		entity := object{"entity_type": "PHONE_NUMBER", "id": n.id, "can_send_message": "AVAILABLE"}
		if !n.registered {
			overall = "BLOCKED"
			entity["can_send_message"] = overall
			entity["errors"] = []any{object{
				"error_code": 141000, "error_description": "The phone number is not registered.",
				"possible_solution": "Register the phone number.",
			}}
		}
		entities = append(entities, entity)
	}
	for _, e := range []struct{ kind, id string }{
		{"WABA", s.waba.id}, {"BUSINESS", s.cfg.BusinessID}, {"APP", s.cfg.AppID},
	} {
		entities = append(entities, object{"entity_type": e.kind, "id": e.id, "can_send_message": "AVAILABLE"})
	}
	out := object{"can_send_message": overall, "entities": entities}
	if n != nil {
		n.condition.afflict(out)
	}
	return out
}

// showAutomation answers GET /{PNID}/conversational_automation.
func (s *Simulator) showAutomation(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.number.automation, nil
}

// editAutomation answers POST /{PNID}/conversational_automation (§4.7).
func (s *Simulator) editAutomation(c *call) (any, *apiError) {
	p := c.params
	prompts, _ := p.list("prompts")
	if len(prompts) > 4 {
		return nil, plain(100, 0, "(#100) Param prompts must have at most 4 elements.")
	}
	for _, prompt := range prompts {
		text, ok := prompt.(string)
		if !ok || text == "" || len([]rune(text)) > 80 {
			return nil, plain(100, 0, "(#100) Param prompts must hold strings of 1 to 80 characters.")
		}
	}
	commands, _ := p.docs("commands")
	if len(commands) > 30 {
		return nil, plain(100, 0, "(#100) Param commands must have at most 30 elements.")
	}
	for _, command := range commands {
		if err := command.needed("commands", "command_name", 32); err != nil {
			return nil, err
		}
		if err := command.needed("commands", "command_description", 256); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []string{"enable_welcome_message", "prompts", "commands"} {
		if p.has(key) {
			c.number.automation[key] = p[key]
		}
	}
	return object{"success": true}, nil
}

// showUsername answers GET /{PNID}/username.
func (s *Simulator) showUsername(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.number.username == "" {
		return object{"data": []any{}}, nil
	}
	return object{"username": c.number.username, "status": "approved"}, nil
}

// editUsername answers POST /{PNID}/username.
func (s *Simulator) editUsername(c *call) (any, *apiError) {
	name := strings.ToLower(strings.TrimPrefix(c.params.text("username"), "@"))
	if len(name) < 3 || len(name) > 35 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._") != "" {
		return nil, fail(147002, "The username does not follow the rules.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, customer := range s.customers {
		if customer.p.Username == name {
			return nil, fail(147001, "The username is taken.")
		}
	}
	c.number.username = name
	s.emitNumber(c.number, "business_username_updates", object{"username": name, "status": "approved"})
	return object{"success": true, "status": "approved"}, nil
}

// deleteUsername answers DELETE /{PNID}/username.
func (s *Simulator) deleteUsername(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := c.number.username
	c.number.username = ""
	s.emitNumber(c.number, "business_username_updates", object{"username": name, "status": "deleted"})
	return object{"success": true}, nil
}
