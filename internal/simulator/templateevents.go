package simulator

import (
	"errors"
	"strings"
	"time"
)

// RateTemplate changes a template's quality ("GREEN", "YELLOW", "RED") and
// tells the app. It fails for an unknown id.
func (s *Simulator) RateTemplate(id, score string) error {
	return s.changeTemplate(id, "message_template_quality_update", func(t *template, value object) {
		value["previous_quality_score"], value["new_quality_score"] = t.quality, score
		t.quality = score
	})
}

// RecategorizeTemplate changes a template's category at once and tells the app.
// It fails for an unknown id.
func (s *Simulator) RecategorizeTemplate(id, category string) error {
	return s.changeTemplate(id, "template_category_update", func(t *template, value object) {
		value["previous_category"], value["new_category"] = t.Category, category
		t.Category = category
	})
}

// AnnounceCategory tells the app that a template's category will change in a
// day, and changes it then. It fails for an unknown id.
func (s *Simulator) AnnounceCategory(id, category string) error {
	return s.changeTemplate(id, "template_category_update", func(t *template, value object) {
		value["new_category"], value["correct_category"] = t.Category, category // the first is the present one
		value["category_update_timestamp"] = s.clock.now().Add(24 * time.Hour).Unix()
		s.after(24*time.Hour, func() {
			done := t.names()
			done["previous_category"], done["new_category"] = t.Category, category
			t.Category = category
			s.emit(update{field: "template_category_update", value: done, time: s.clock.now().Unix()})
		})
	})
}

func (s *Simulator) changeTemplate(id, field string, change func(*template, object)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.templateByID(id)
	if t == nil {
		return errors.New("change template: no such template")
	}
	value := t.names()
	change(t, value)
	s.emit(update{field: field, value: value, time: s.clock.now().Unix()})
	return nil
}

// names is how webhooks name a template: the language with a hyphen.
func (t *template) names() object {
	return object{
		"message_template_id": t.ID, "message_template_name": t.Name,
		"message_template_language": strings.ReplaceAll(t.Language, "_", "-"),
	}
}
