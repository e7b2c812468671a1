package app

import (
	"encoding/json"
	"slices"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/qr"
	"tresen/internal/store"
)

// maxSeries is the greatest number of places the window offers at once.
const maxSeries = 500

// places are what the form's codes say; there is at least one.
func (f PrintForm) places() (qr.Number, []print.Place, error) {
	number, err := qr.ParseNumber(f.Number, "DE")
	if err != nil {
		return number, nil, err
	}
	names := f.names()
	if len(names) > maxSeries {
		return number, nil, inbox.InvalidField("series", "more than 500 places")
	}
	if f.LinkCode != "" && len(names) > 1 {
		return number, nil, inbox.InvalidField("series", "an editable link has one text for all")
	}
	var places []print.Place
	for _, name := range names {
		place, err := f.place(number, name)
		if err != nil {
			return number, nil, err
		}
		places = append(places, place)
	}
	return number, places, nil
}

// names are the places' names: those of the series, or the one, which may be empty.
func (f PrintForm) names() []string {
	var names []string
	for line := range strings.Lines(f.Series) {
		if name := strings.Join(strings.Fields(line), " "); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{strings.Join(strings.Fields(f.Place), " ")}
	}
	return names
}

func (f PrintForm) place(number qr.Number, name string) (print.Place, error) {
	if f.LinkCode != "" {
		link, err := qr.MessageLink(f.LinkCode)
		return print.Place{Link: link, Name: name}, err
	}
	text, err := markedText(f.Text, name)
	if err != nil {
		return print.Place{}, err
	}
	link, err := qr.ChatLink(number, text)
	return print.Place{Link: link, Name: name}, err
}

// markedText is a prefilled text with the name of a place at its end, if there is one.
func markedText(text, place string) (string, error) {
	text = strings.TrimSpace(text)
	if strings.TrimSpace(place) == "" {
		return text, nil
	}
	marker, err := qr.NewMarker(place)
	if err != nil {
		return "", err
	}
	return marker.AddTo(text), nil
}

// typed is what the customer finds in the input field after scanning the first code.
func (f PrintForm) typed(first print.Place) string {
	if f.LinkCode != "" {
		return strings.TrimSpace(f.Text)
	}
	return first.Link.Text
}

func (s *Session) printSpec(f PrintForm, press *print.Press) (print.Spec, error) {
	number, places, err := f.places()
	if err != nil {
		return print.Spec{}, err
	}
	palette := print.DefaultPalette()
	if palette.Accent, err = qr.ParseColour("accent", f.Accent); err != nil {
		return print.Spec{}, err
	}
	code, err := s.codeOptions(f, press)
	if err != nil {
		return print.Spec{}, err
	}
	trim := strings.TrimSpace
	return print.Spec{
		Kind: print.Kind(f.Kind), Paper: print.Paper(f.Paper), Design: print.Design(f.Design),
		Language: print.Language(f.Language), Industry: print.Industry(f.Industry), Palette: palette,
		Details: print.Details{
			Name: trim(f.Name), LegalName: trim(f.LegalName), Address: trim(f.Address), Number: number, Phone: trim(f.Phone),
			Mail: trim(f.Mail), Privacy: bareAddress(f.Privacy), Imprint: bareAddress(f.Imprint), Hours: trim(f.Hours),
		},
		Headline: trim(f.Headline), Invitation: trim(f.Invitation), Places: places, Code: code, Together: f.Together,
		FirstLabel: f.FirstLabel, Copies: f.Copies, OffsetX: f.OffsetX, OffsetY: f.OffsetY, Created: s.cfg.now(),
	}, nil
}

// codeOptions say how the form's code looks.
func (s *Session) codeOptions(f PrintForm, press *print.Press) (o qr.Options, err error) {
	if f.Level != "" {
		if o.Level, err = qr.ParseLevel(f.Level); err != nil {
			return o, err
		}
	}
	if f.CodeColour != "" {
		if o.Colour, err = qr.ParseColour("codeColour", f.CodeColour); err != nil {
			return o, err
		}
		if qr.Contrast(o.Colour, qr.White) < qr.MinContrast {
			return o, inbox.InvalidField("codeColour", "too pale for scanners")
		}
	}
	switch f.Centre {
	case "":
	case "monogram":
		o.Centre, err = press.Monogram(strings.TrimSpace(f.Letters), o.Colour)
	case "picture":
		o.Centre, err = s.centrePicture()
	default:
		err = inbox.InvalidField("centre", "unknown")
	}
	return o, err
}

// bareAddress is a web address as it is printed: nobody types the scheme, or
// which part of a page is meant.
func bareAddress(address string) string {
	address, _, _ = strings.Cut(strings.TrimSpace(address), "#")
	for _, scheme := range []string{"https://", "http://"} {
		if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			address = address[len(scheme):]
		}
	}
	return strings.TrimSuffix(address, "/")
}

func (f PrintForm) proposal() string {
	return print.WordingFor(print.Language(f.Language), print.Industry(f.Industry)).Prefill
}

// record is the form's entry for the register of codes.
func (f PrintForm) record(kind, paper string) (inbox.PlacedCode, error) {
	_, places, err := f.places()
	if err != nil {
		return inbox.PlacedCode{}, err
	}
	form, err := json.Marshal(f)
	if err != nil {
		return inbox.PlacedCode{}, err
	}
	names := slices.DeleteFunc(f.names(), func(name string) bool { return name == "" })
	return inbox.PlacedCode{
		Places: names, Kind: kind, Paper: paper, URL: places[0].Link.URL, Text: f.typed(places[0]), MessageCode: f.LinkCode, Form: form,
	}, nil
}

const (
	printSetting = "print"
	maxPrintForm = 64 << 10
)

// printForm returns the stored form, or a first one.
func (s *Session) printForm(language string) (PrintForm, error) {
	value, err := s.store.Setting(s.ctx, printSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		form := s.firstPrintForm(language)
		return form, s.fillFromShop(&form)
	}
	if err != nil {
		return PrintForm{}, err
	}
	var form PrintForm
	if err := json.Unmarshal(value, &form); err != nil {
		return form, inbox.NewError(inbox.CodeStorageDamaged, "decode print form")
	}
	return form, nil
}

func (s *Session) savePrintForm(form PrintForm) error {
	value, err := json.Marshal(form)
	if err != nil {
		return err
	}
	if len(value) > maxPrintForm {
		return inbox.InvalidField("form", "too long")
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(printSetting, value) })
}

// defaultEdge is the side in mm of a code that is placed into something else.
const defaultEdge = 40

func (s *Session) firstPrintForm(language string) PrintForm {
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	if language != string(print.English) {
		language = string(print.German)
	}
	form := PrintForm{
		Kind: string(print.Poster), Paper: "A4", Design: string(print.Counter), Language: language, Industry: string(print.Shop),
		Number: account.DisplayNumber, Name: account.VerifiedName, Accent: print.DefaultPalette().Accent.String(), FirstLabel: 1,
		Bleed: shopBleed, Level: qr.M.String(), CodeColour: qr.Black.String(), EdgeMM: defaultEdge,
	}
	form.Text = form.proposal()
	return form
}
