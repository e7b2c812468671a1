package simulator

import (
	"net/url"
)

// verticals a business profile may state (§4.5).
func verticals() []string {
	return []string{
		"OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL",
		"HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "ALCOHOL", "ONLINE_GAMBLING",
		"PHYSICAL_GAMBLING", "OTC_DRUGS",
	}
}

// showProfile answers GET /{PNID}/whatsapp_business_profile.
func (s *Simulator) showProfile(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := []string{"about", "address", "description", "email", "profile_picture_url", "websites", "vertical"}
	fields := fieldList(c)
	if len(fields) == 0 {
		fields = known
	}
	out := object{"messaging_product": "whatsapp"}
	for _, f := range fields {
		if f == "messaging_product" {
			continue
		}
		if !contains(known, f) {
			return nil, unknownField(f, "WhatsAppBusinessProfile")
		}
		if v, ok := c.number.profile[f]; ok {
			out[f] = v
		}
	}
	return object{"data": []any{out}}, nil
}

// editProfile answers POST /{PNID}/whatsapp_business_profile.
func (s *Simulator) editProfile(c *call) (any, *apiError) {
	p := c.params
	if err := needProduct(p); err != nil {
		return nil, err
	}
	if err := p.only("whatsapp_business_profile", "messaging_product", "about", "address", "description", "email",
		"websites", "vertical", "profile_picture_handle", "appsecret_proof"); err != nil {
		return nil, err
	}
	if p.has("about") {
		if err := p.needed("whatsapp_business_profile", "about", 139); err != nil {
			return nil, err
		}
	}
	for key, limit := range map[string]int{"address": 256, "description": 512, "email": 128} {
		if err := p.limited("whatsapp_business_profile", key, limit); err != nil {
			return nil, err
		}
	}
	if p.has("vertical") && p.text("vertical") != "" && !contains(verticals(), p.text("vertical")) {
		return nil, plain(100, 0, "(#100) Param vertical is not one of the known values.")
	}
	if err := checkWebsites(p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if handle := p.text("profile_picture_handle"); handle != "" {
		picture := s.finishedUpload(handle)
		if picture == nil {
			return nil, plain(100, 0, "(#100) Param profile_picture_handle is not a valid upload handle.")
		}
		item := s.keepMedia(picture.mime, picture.bytes, uploadLife)
		c.number.profile["profile_picture_url"] = s.mediaURL(item, "http://"+c.r.Host)
	}
	for _, key := range []string{"about", "address", "description", "email", "websites", "vertical"} {
		if p.has(key) {
			c.number.profile[key] = p[key]
		}
	}
	return object{"success": true}, nil
}

func checkWebsites(p doc) *apiError {
	if !p.has("websites") {
		return nil
	}
	sites, ok := p.list("websites")
	if !ok || len(sites) > 2 {
		return plain(100, 0, "(#100) Param websites must be an array of at most 2 elements.")
	}
	for _, site := range sites {
		text, _ := site.(string)
		u, err := url.Parse(text)
		if err != nil || len([]rune(text)) > 256 || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return plain(100, 0, "(#100) Param websites must hold http or https URLs of at most 256 characters.")
		}
	}
	return nil
}
