package cloudapi

import (
	"strings"
	"time"

	"tresen/internal/inbox"
)

// templateChange reads what a notice says about one template. (Meta docs:
// message_template_status_update, message_template_quality_update,
// template_category_update webhook references.)
func templateChange(field string, v value) (e inbox.TemplateChanged, ok bool) {
	e.ID = inbox.TemplateID(opaqueID(v.get("message_template_id")))
	word := func(name string) string { return strings.ToUpper(line(v.get(name), maxTypeName)) }
	switch field {
	case "message_template_status_update":
		e.Status = templateStatus(word("event"))
		e.Reason = templateReason(v)
	case "message_template_quality_update":
		e.Quality = word("new_quality_score")
	case "template_category_update":
		// Announced a day before: new_category is still the present one.
		if next := word("correct_category"); next != "" {
			e.NextCategory = inbox.TemplateCategory(next)
			if at := v.get("category_update_timestamp").int(); at > 0 && at <= 1<<32 {
				e.NextCategoryAt = time.Unix(at, 0).UTC()
			}
		} else {
			e.Category = inbox.TemplateCategory(word("new_category"))
		}
	}
	known := e.Status != "" || e.Quality != "" || e.Category != "" || e.NextCategory != ""
	return e, known && e.ID != ""
}

// templateStatus turns the words of the webhook into those of the API.
func templateStatus(event string) inbox.TemplateStatus {
	if event == "REINSTATED" {
		return inbox.TemplateApproved
	}
	return inbox.TemplateStatus(event)
}

func templateReason(v value) string {
	for _, place := range []value{v.get("reason"), v.get("other_info").get("title")} {
		if reason := strings.ToUpper(line(place, maxTypeName)); reason != "" && reason != "NONE" {
			return reason
		}
	}
	return ""
}
