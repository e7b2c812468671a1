package simulator

// Condition is how a business number stands with Meta. The zero value is a
// number in good order.
type Condition struct {
	// Status replaces CONNECTED: FLAGGED, RESTRICTED, BANNED, …
	Status string `json:"status"`
	// NameStatus replaces APPROVED: PENDING_REVIEW, DECLINED, …
	NameStatus string `json:"name_status"`
	// OnPhoneApp says that the WhatsApp Business app uses the number too.
	OnPhoneApp bool `json:"on_phone_app"`
	// Blocked is the kind of entity that keeps messages from being sent
	// (WABA, BUSINESS, APP, PHONE_NUMBER) and BlockedBy the error number.
	Blocked   string `json:"blocked"`
	BlockedBy int    `json:"blocked_by"`
}

// SetCondition changes how the first number stands.
func (s *Simulator) SetCondition(c Condition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[0].condition = c
}

// afflict writes the condition into an answer's health.
func (c Condition) afflict(health object) {
	if c.Blocked == "" {
		return
	}
	entities, _ := health["entities"].([]any)
	for _, e := range entities {
		if entity, ok := e.(object); ok && entity["entity_type"] == c.Blocked {
			entity["can_send_message"] = "BLOCKED"
			entity["errors"] = []any{object{
				"error_code": c.BlockedBy, "error_description": "This keeps messages from being sent.", "possible_solution": "Solve it.",
			}}
			health["can_send_message"] = "BLOCKED"
		}
	}
}

func (c Condition) status(registered bool) string {
	switch {
	case c.Status != "":
		return c.Status
	case !registered:
		return "DISCONNECTED"
	}
	return "CONNECTED"
}

func (c Condition) nameStatus() string {
	if c.NameStatus != "" {
		return c.NameStatus
	}
	return "APPROVED"
}

// setCondition takes a Condition.
func (c *control) setCondition() (any, error) {
	var in Condition
	if err := c.read(&in); err != nil {
		return nil, err
	}
	c.sim.SetCondition(in)
	return nil, nil
}
