package simulator

import (
	"net/url"
	"strconv"
	"strings"
)

// checkForm checks what a template handed in by API must have beyond what any
// template has: known parts, samples for the reviewer, variables where they may
// stand (§4.8).
func (s *Simulator) checkForm(t *template) *apiError {
	for _, comp := range t.Components {
		var err *apiError
		switch strings.ToUpper(comp.text("type")) {
		case "HEADER":
			err = s.checkFormHeader(t, comp)
		case "BODY":
			err = t.checkVariables(comp.text("text"), "body")
			if names := placeholdersIn(comp.text("text")); err == nil && samples(comp, "body_text", "body_text_named_params") < len(names) {
				err = missingSample("BODY")
			}
		case "FOOTER":
			if len(placeholdersIn(comp.text("text"))) > 0 {
				err = plain(100, 2388073, "The footer can't have any variables")
			}
		case "BUTTONS":
			err = checkFormButtons(comp)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func missingSample(part string) *apiError {
	return plain(100, 2388043, "component of type %s is missing expected field(s) (example)", part)
}

// samples counts the examples a component brings along, in either format.
func samples(comp doc, positional, named string) int {
	example, _ := comp.child("example")
	if list, ok := example.docs(named); ok {
		return len(list)
	}
	rows, ok := example[positional].([]any)
	if !ok || len(rows) == 0 {
		return 0
	}
	if row, ok := rows[0].([]any); ok {
		return len(row)
	}
	return len(rows)
}

func (s *Simulator) checkFormHeader(t *template, comp doc) *apiError {
	text := comp.text("text")
	switch strings.ToUpper(comp.text("format")) {
	case "TEXT":
		names := placeholdersIn(text)
		if text == "" || len(names) > 1 || strings.Contains(text, "\n") {
			return plain(100, 2388047, "The header needs one line of text with one variable at most")
		}
		if len(names) > samples(comp, "header_text", "header_text_named_params") {
			return missingSample("HEADER")
		}
		return t.checkVariables(text, "header")
	case "IMAGE", "VIDEO", "DOCUMENT":
		example, _ := comp.child("example")
		handles, _ := example["header_handle"].([]any)
		if len(handles) != 1 {
			return missingSample("HEADER")
		}
		handle, _ := handles[0].(string)
		sample := s.finishedUpload(handle)
		if sample == nil {
			return plain(100, 2388084, "The header's sample is not a finished upload")
		}
		if kind := kindOfMIME(sample.mime); kind != lower(comp.text("format")) {
			return plain(100, 2388084, "The header's sample is of another kind than the header")
		}
		return nil
	case "LOCATION":
		return nil
	}
	return plain(100, 0, "(#100) Invalid parameter: unknown header format")
}

// checkVariables wants numbers from 1 without gaps, or names of small letters.
func (t *template) checkVariables(text, part string) *apiError {
	names := placeholdersIn(text)
	for _, name := range names {
		n, err := strconv.Atoi(name)
		if t.Format == "NAMED" && err == nil || t.Format != "NAMED" && (err != nil || n < 1 || n > len(names)) {
			return plain(100, 2388072, "The variables of the %s are not in the right format", part)
		}
	}
	if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
		return plain(100, 2388072, "The %s has a variable that cannot be read", part)
	}
	return nil
}

func checkFormButtons(comp doc) *apiError {
	buttons, _ := comp.docs("buttons")
	changes, before := 0, ""
	for i, b := range buttons {
		kind := strings.ToUpper(b.text("type"))
		if i > 0 && (kind == "QUICK_REPLY") != (before == "QUICK_REPLY") {
			changes++
		}
		before = kind
		if err := checkFormButton(kind, b); err != nil {
			return err
		}
	}
	if changes > 1 {
		return plain(100, 2388058, "Quick replies must be grouped")
	}
	return nil
}

func checkFormButton(kind string, b doc) *apiError {
	if b.text("text") == "" && kind != "COPY_CODE" && kind != "OTP" {
		return plain(100, 0, "(#100) Invalid parameter: a button needs a text")
	}
	switch kind {
	case "QUICK_REPLY", "FLOW", "VOICE_CALL", "OTP", "CATALOG", "MPM", "SPM":
		return nil
	case "PHONE_NUMBER":
		if len(b.text("phone_number")) < 3 {
			return plain(100, 0, "(#100) Invalid parameter: phone_number is required")
		}
		return nil
	case "COPY_CODE":
		if b.text("example") == "" {
			return missingSample("BUTTONS")
		}
		return nil
	case "URL":
		address := b.text("url")
		u, err := url.Parse(placeholder.ReplaceAllString(address, "x"))
		if err != nil || u.Host == "" {
			return plain(100, 0, "(#100) Invalid parameter: url is not a valid URL")
		}
		spots := placeholder.FindAllStringIndex(address, -1)
		if len(spots) > 1 || len(spots) == 1 && spots[0][1] != len(address) {
			return plain(100, 2388073, "A URL may have one variable, at its end")
		}
		if examples, _ := b["example"].([]any); len(spots) == 1 && len(examples) == 0 {
			return missingSample("BUTTONS")
		}
		return nil
	}
	return plain(100, 0, "(#100) Invalid parameter: unknown button type")
}
