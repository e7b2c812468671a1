package simulator

import (
	"regexp"
	"time"
)

var pinForm = regexp.MustCompile(`^[0-9]{6}$`)

// register answers POST /{PNID}/register (§4.3).
func (s *Simulator) register(c *call) (any, *apiError) {
	if err := needProduct(c.params); err != nil {
		return nil, err
	}
	if c.params.has("data_localization_region") {
		return nil, plain(12, 0, "(#12) data_localization_region is deprecated for this endpoint. Use /settings.")
	}
	pin := c.params.text("pin")
	if !pinForm.MatchString(pin) {
		return nil, plain(100, 0, "(#100) Param pin must be 6 characters long.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := c.number
	if err := s.countRegistration(n); err != nil {
		return nil, err
	}
	if n.verified != "VERIFIED" {
		return nil, fail(133006, "The phone number must be verified before it is registered.")
	}
	if n.pinMisses >= 5 {
		return nil, fail(133008, "Too many wrong PINs were entered.")
	}
	if n.pin != "" && n.pin != pin {
		n.pinMisses++
		return nil, fail(133005, "The two step verification PIN is not the one of this number.")
	}
	n.pin, n.pinMisses, n.registered = pin, 0, true
	return object{"success": true}, nil
}

// deregister answers POST /{PNID}/deregister; it ends local storage.
func (s *Simulator) deregister(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := c.number
	if err := s.countRegistration(n); err != nil {
		return nil, err
	}
	if !n.registered {
		return nil, fail(133010, "The phone number is not registered.")
	}
	n.registered, n.storage = false, object{"status": "DEFAULT"}
	return object{"success": true}, nil
}

// countRegistration allows ten calls in 72 hours (133016).
func (s *Simulator) countRegistration(n *number) *apiError {
	now := s.clock.now()
	recent := n.registers[:0:0]
	for _, at := range n.registers {
		if now.Sub(at) < 72*time.Hour {
			recent = append(recent, at)
		}
	}
	n.registers = recent
	if len(recent) >= 10 {
		return fail(133016, "Too many attempts to register or deregister within 72 hours.")
	}
	n.registers = append(n.registers, now)
	return nil
}

// requestCode answers POST /{PNID}/request_code. The code is read with
// VerificationCode instead of a phone.
func (s *Simulator) requestCode(c *call) (any, *apiError) {
	if !contains([]string{"SMS", "VOICE"}, c.params.text("code_method")) {
		return nil, plain(100, 0, "(#100) Param code_method must be one of {SMS, VOICE}.")
	}
	if c.params.text("language") == "" {
		return nil, plain(100, 0, "(#100) The parameter language is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.number.verified == "VERIFIED" {
		return nil, plain(136024, 2388366, "The phone number is verified already")
	}
	c.number.code = s.ids.digits(6)
	return object{"success": true}, nil
}

// VerificationCode is the code the number was last sent by SMS or call.
func (s *Simulator) VerificationCode(phoneNumberID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chosen(phoneNumberID).code
}

// verifyCode answers POST /{PNID}/verify_code.
func (s *Simulator) verifyCode(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := c.number
	if n.code == "" || c.params.text("code") != n.code {
		return nil, fail(136025, "The code is wrong or has expired.")
	}
	n.code, n.verified = "", "VERIFIED"
	return object{"success": true}, nil
}

// showSettings answers GET /{PNID}/settings.
func (s *Simulator) showSettings(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return object{
		"storage_configuration": c.number.storage,
		"user_identity_change":  object{"enable_identity_key_check": c.number.identity},
	}, nil
}

// Regions of local storage (§4.4).
func storageRegions() []string {
	return []string{"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"}
}

// editSettings answers POST /{PNID}/settings: the storage configuration, only
// while the number is unregistered, and the identity check.
func (s *Simulator) editSettings(c *call) (any, *apiError) {
	if err := c.params.only("settings", "messaging_product", "storage_configuration", "user_identity_change", "appsecret_proof"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := c.number
	if storage, ok := c.params.child("storage_configuration"); ok {
		if n.registered {
			return nil, plain(100, 0, "(#100) The storage configuration can only be changed while the phone number is not registered.")
		}
		chosen, err := readStorage(storage)
		if err != nil {
			return nil, err
		}
		n.storage = chosen
	}
	if identity, ok := c.params.child("user_identity_change"); ok {
		n.identity = identity.flag("enable_identity_key_check")
	}
	s.emit(update{
		field: "account_settings_update", number: n, time: s.clock.now().Unix(),
		value: object{"phone_number_settings": object{"phone_number_id": n.id, "storage_configuration": n.storage}},
	})
	return object{"success": true}, nil
}

func readStorage(d doc) (object, *apiError) {
	status := d.text("status")
	switch status {
	case "IN_COUNTRY_STORAGE_ENABLED":
		region := d.text("data_localization_region")
		if !contains(storageRegions(), region) {
			return nil, plain(100, 0, "(#100) Param data_localization_region is not a supported region.")
		}
		return object{"status": status, "data_localization_region": region}, nil
	case "IN_COUNTRY_STORAGE_DISABLED":
		return object{"status": status}, nil
	case "NO_STORAGE_ENABLED":
		if minutes, ok := d.number("retention_minutes"); !ok || minutes != 60 {
			return nil, plain(100, 0, "(#100) Param retention_minutes must be 60.")
		}
		return object{"status": status, "retention_minutes": 60}, nil
	}
	return nil, plain(100, 0, "(#100) Param status is not a valid storage status.")
}

// editNumber answers POST /{PNID}: callback override and PIN.
func (s *Simulator) editNumber(c *call) (any, *apiError) {
	if hook, ok := c.params.child("webhook_configuration"); ok {
		if err := s.setNumberHook(c, hook); err != nil {
			return nil, err
		}
	}
	if !c.params.has("pin") {
		return object{"success": true}, nil
	}
	if !pinForm.MatchString(c.params.text("pin")) {
		return nil, plain(100, 0, "(#100) Param pin must be 6 characters long.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.number.pin, c.number.pinMisses = c.params.text("pin"), 0
	s.emitSecurity(c.number, "PIN_CHANGED")
	return object{"success": true}, nil
}
