package simulator

import (
	"net/http"
	"strings"
)

// route is one operation of the API.
type route struct {
	method  string
	scope   string
	ownBody bool // the handler reads the body itself
	handle  func(*call) (any, *apiError)
}

// route finds what a path addresses: Meta's /{id}/{edge}, or 360dialog's paths
// in which the key stands for the number.
func (s *Simulator) route(c *call, segments []string) (*route, *apiError) {
	if segments[0] == "debug_token" && len(segments) == 1 {
		return pick(c, []route{{"GET", scopeMessaging, false, s.debugToken}})
	}
	if c.caller.is360 {
		segments = s.expand360(segments)
	}
	if segments[0] == "d360" {
		c.edge = segments[1]
		return pick(c, s.routes360(c.edge))
	}
	c.id = segments[0]
	if len(segments) > 1 {
		c.edge, c.rest = segments[1], segments[2:]
	}
	routes := s.find(c)
	if routes == nil {
		return nil, unknownObject(c.id, c.r.Method)
	}
	if len(routes) == 0 || (len(c.rest) > 0 && c.edge != "message_qrdls") || len(c.rest) > 1 {
		return nil, plain(2500, 0, "Unknown path components: /%s", strings.Join(segments[1:], "/"))
	}
	return pick(c, routes)
}

// find returns the operations of the addressed object and edge: nil if there is
// no such object, empty if the object has no such edge.
func (s *Simulator) find(c *call) []route {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(c.id, "upload:") {
		return []route{
			{"POST", scopeManagement, true, s.writeUpload},
			{"GET", scopeManagement, false, s.showUpload},
		}
	}
	if n := s.numberByID(c.id); n != nil {
		c.number = n
		return s.numberRoutes(c.edge)
	}
	switch c.id {
	case s.waba.id:
		return s.wabaRoutes(c.edge)
	case s.cfg.AppID:
		return s.appRoutes(c.edge)
	}
	if s.media[c.id] != nil && c.edge == "" {
		return []route{{"GET", scopeMessaging, false, s.showMedia}, {"DELETE", scopeMessaging, false, s.deleteMedia}}
	}
	if t := s.templateByID(c.id); t != nil && c.edge == "" {
		c.template = t
		return []route{{"GET", scopeManagement, false, s.showTemplate}, {"POST", scopeManagement, false, s.editTemplate}}
	}
	if id, ok := strings.CutPrefix(c.id, historyPrefix); ok && c.edge == "events" && s.sent[historyTarget(id)] != nil {
		return []route{{"GET", scopeMessaging, false, s.showHistoryEvents}}
	}
	return nil
}

func pick(c *call, routes []route) (*route, *apiError) {
	for i := range routes {
		if routes[i].method == c.r.Method {
			return &routes[i], nil
		}
	}
	e := plain(100, 33, "Unsupported %s request.", graphVerb(c.r.Method))
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodPost && c.r.Method != http.MethodDelete {
		e.status = http.StatusMethodNotAllowed
	}
	return nil, e
}

func (s *Simulator) numberRoutes(edge string) []route {
	const m, g = scopeMessaging, scopeManagement
	switch edge {
	case "":
		return []route{{"GET", g, false, s.showNumber}, {"POST", g, false, s.editNumber}}
	case "messages":
		return []route{{"POST", m, false, s.postMessage}}
	case "media":
		return []route{{"POST", m, true, s.uploadMedia}}
	case "register":
		return []route{{"POST", g, false, s.register}}
	case "deregister":
		return []route{{"POST", g, false, s.deregister}}
	case "request_code":
		return []route{{"POST", g, false, s.requestCode}}
	case "verify_code":
		return []route{{"POST", g, false, s.verifyCode}}
	case "settings":
		return []route{{"GET", g, false, s.showSettings}, {"POST", g, false, s.editSettings}}
	case "whatsapp_business_profile":
		return []route{{"GET", m, false, s.showProfile}, {"POST", m, false, s.editProfile}}
	case "message_qrdls":
		return []route{{"GET", g, false, s.showQRCodes}, {"POST", g, false, s.writeQRCode}, {"DELETE", g, false, s.deleteQRCode}}
	case "block_users":
		return []route{{"GET", m, false, s.showBlocked}, {"POST", m, false, s.blockUsers}, {"DELETE", m, false, s.unblockUsers}}
	case "contact_book":
		return []route{{"DELETE", m, false, s.forgetContact}}
	case "conversational_automation":
		return []route{{"POST", g, false, s.editAutomation}, {"GET", g, false, s.showAutomation}}
	case "message_history":
		return []route{{"GET", m, false, s.showHistory}}
	case "username":
		return []route{{"GET", g, false, s.showUsername}, {"POST", g, false, s.editUsername}, {"DELETE", g, false, s.deleteUsername}}
	}
	return []route{}
}

func (s *Simulator) wabaRoutes(edge string) []route {
	const g = scopeManagement
	switch edge {
	case "":
		return []route{{"GET", g, false, s.showWABA}}
	case "phone_numbers":
		return []route{{"GET", g, false, s.listNumbers}}
	case "message_templates":
		return []route{{"GET", g, false, s.listTemplates}, {"POST", g, false, s.createTemplate}, {"DELETE", g, false, s.deleteTemplate}}
	case "subscribed_apps":
		return []route{{"GET", g, false, s.showSubscribedApps}, {"POST", g, false, s.subscribeApp}, {"DELETE", g, false, s.unsubscribeApp}}
	}
	return []route{}
}

func (s *Simulator) appRoutes(edge string) []route {
	const g = scopeManagement
	switch edge {
	case "uploads":
		return []route{{"POST", g, false, s.startUpload}}
	case "subscriptions":
		return []route{{"GET", g, false, s.showSubscriptions}, {"POST", g, false, s.editSubscriptions}}
	}
	return []route{}
}

// expand360 turns 360dialog's short paths (§6.1) into Meta's.
func (s *Simulator) expand360(segments []string) []string {
	path := strings.Join(segments, "/")
	switch {
	case path == "v1/configs/webhook" || path == "waba_webhook":
		return []string{"d360", "webhook"}
	case path == "health_status":
		return []string{"d360", "health_status"}
	case path == "v1/configs/templates":
		return []string{s.cfg.WABAID, "message_templates"}
	}
	if routes := s.numberRoutes(segments[0]); segments[0] != "" && len(routes) > 0 {
		return append([]string{s.cfg.PhoneNumberID}, segments...)
	}
	return segments
}

func (s *Simulator) routes360(edge string) []route {
	if edge == "health_status" {
		return []route{{"GET", scopeManagement, false, s.show360Health}}
	}
	if edge == "webhook" {
		return []route{{"POST", scopeMessaging, false, s.edit360Webhook}, {"GET", scopeMessaging, false, s.show360Webhook}}
	}
	return []route{}
}
