package imprint

import (
	"strings"

	"tresen/internal/profile/wording"
)

// LetterLines are what stands below a business letter, an e-mail included:
// company, seat, register, who represents it (§ 35a GmbHG, §§ 37a, 125 HGB,
// § 14 UGB). A shop that is not registered gets name and address all the same.
// The error is that of Validate.
func LetterLines(d Details, language wording.Language) ([]string, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	l, err := loadLabels("imprint-"+string(d.Form.Jurisdiction()), language)
	if err != nil {
		return nil, err
	}
	lines := []string{strings.Join(controller(d), " · ")}
	people := oneLine(strings.Join(d.People, ", "))
	if d.Partner.Name != "" {
		lines = append(lines, l["partner"]+": "+oneLine(d.Partner.Name)+", "+entry(d.Partner.Register))
	}
	if role := formRules()[d.Form].role; !blank(d.Name) && people != "" {
		lines = append(lines, l[role]+": "+people)
	}
	if d.Register.Number != "" {
		lines = append(lines, entry(d.Register))
	}
	return lines, nil
}

func entry(r Register) string {
	if blank(r.Court) {
		return oneLine(r.Number)
	}
	return oneLine(r.Court) + ", " + oneLine(r.Number)
}
