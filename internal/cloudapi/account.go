package cloudapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// isAccountField reports the fields that speak of the shop's own account,
// number or templates and name no customer. (Meta docs: Webhooks, fields.)
func isAccountField(field string) bool {
	switch field {
	case "account_update", "account_review_update", "account_alerts", "account_settings_update", "security",
		"business_capability_update", "business_username_update", "business_username_updates",
		"message_template_status_update", "message_template_quality_update", "message_template_components_update",
		"template_category_update", "template_correct_category_detection",
		"phone_number_quality_update", "phone_number_name_update",
		"flows", "payment_configuration_update", "partner_solutions":
		return true
	}
	return false
}

func (p *parser) account(c *change) {
	field := c.field
	// Meta's own sample of the quality update carries the other field's name.
	if field == "message_template_status_update" && !c.value.get("event").exists() &&
		c.value.get("new_quality_score").exists() {
		field = "message_template_quality_update"
	}
	detail := canonical(c.value)
	p.add(inbox.AccountNotice{
		PhoneNumberID: c.number,
		Field:         field,
		Event:         accountEvent(c.value),
		At:            p.timestamp(c.entryTime),
		Detail:        detail,
		Key:           noticeKey(field, c.entryID, c.entryTime.text(), detail),
	})
	if e, ok := templateChange(field, c.value); ok {
		e.At = p.timestamp(c.entryTime)
		p.add(e)
	}
}

// accountEvent returns Meta's word for what happened; each field has its own
// place for it.
func accountEvent(v value) string {
	places := []value{
		v.get("event"), v.get("decision"), v.get("new_quality_score"), v.get("alert_info").get("alert_type"),
		v.get("status"), v.get("new_category"), v.get("max_daily_conversations_per_business"),
	}
	for _, place := range places {
		if word := line(place, maxTypeName); word != "" {
			return word
		}
	}
	return ""
}

// problem reads an error Meta reports for the account as a whole. It carries no
// time, so the day it came stands in for one: repeated deliveries of a day are
// one notice, and the same trouble next month is another.
func (p *parser) problem(c *change, field string, e value) {
	detail := canonical(e)
	day := p.receivedAt.UTC().Format(time.DateOnly)
	p.add(inbox.AccountNotice{
		PhoneNumberID: c.number,
		Field:         field,
		Event:         firstOf(line(e.get("title"), maxName), line(e.get("message"), maxName)),
		Number:        int(min(max(e.get("code").int(), 0), 1<<31-1)),
		At:            p.receivedAt,
		Detail:        detail,
		Key:           noticeKey(field, c.entryID+" "+string(c.number), day, detail),
	})
}

// preferences reads marketing objections. (Meta docs: user_preferences webhook
// reference.)
func (p *parser) preferences(c *change) {
	list := c.value.get("user_preferences")
	if !list.is(kindArray) || c.number == "" {
		p.unknown(c.number, reasonChange, c.part)
		return
	}
	c.contacts = readContacts(c.value.get("contacts"))
	for v := range list.items() {
		from := c.contacts.complete(identity(v, "wa_id", "user_id", "parent_user_id"))
		wish := v.get("value").text()
		if from.Empty() || wish != "stop" && wish != "resume" {
			p.unknown(c.number, reasonField, v)
			continue
		}
		p.add(inbox.PreferenceChanged{
			PhoneNumberID: c.number,
			From:          from,
			Category:      line(v.get("category"), maxTypeName),
			Stop:          wish == "stop",
			At:            p.timestamp(v.get("timestamp")),
			Key:           noticeKey(c.field, c.entryID, v.get("timestamp").text(), canonical(v)),
		})
	}
}

// canonical writes a value so that equal reports have equal bytes: sorted
// members, no spaces, numbers as they were.
func canonical(v value) []byte {
	d := json.NewDecoder(bytes.NewReader(v.raw()))
	d.UseNumber()
	var content any
	if err := d.Decode(&content); err != nil {
		return v.raw()
	}
	out, err := json.Marshal(content)
	if err != nil {
		return v.raw()
	}
	return out
}

func noticeKey(field, entryID, when string, detail []byte) string {
	h := sha256.New()
	h.Write([]byte(strings.Join([]string{field, entryID, when, ""}, "\x00")))
	h.Write(detail)
	return hex.EncodeToString(h.Sum(nil))
}
