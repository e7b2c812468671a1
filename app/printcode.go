package app

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/qr"
	"tresen/internal/store"
)

// A code by itself is made for being placed into something else.
const (
	bareDPI            = 300.0
	minEdge, maxEdge   = 10.0, 500.0 // mm
	centreSetting      = "print_centre"
	maxCentreFileBytes = 5 << 20
)

// PreviewCode draws the form's code by itself and checks it. A code that cannot
// be read is no error here, but a red light.
func (b *Print) PreviewCode(form PrintForm) (preview PrintPreview, err error) {
	defer guard(&err)
	code, err := b.app.bareCode(form)
	if err != nil {
		return preview, err
	}
	_, check, refusal := print.CheckBare(code, form.EdgeMM)
	number, places, err := form.places()
	if err != nil {
		return preview, err
	}
	across := code.WithMargin(form.EdgeMM)
	preview = PrintPreview{
		Picture: base64.StdEncoding.EncodeToString(code.SVG(form.EdgeMM, "")), WidthMM: across, HeightMM: across, Pages: 1,
		Exportable: refusal == nil, Text: form.typed(places[0]), Number: number.International, Doubtful: number.Doubtful, Omitted: []string{},
	}
	preview.judge(check, nil)
	preview.Level = code.Symbol.Level.String()
	return preview, nil
}

// bareCode makes the form's first code.
func (a *App) bareCode(f PrintForm) (*qr.Code, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if f.EdgeMM < minEdge || f.EdgeMM > maxEdge {
		return nil, inbox.InvalidField("edgeMm", "not between 10 and 500 mm")
	}
	press, err := a.press()
	if err != nil {
		return nil, err
	}
	_, places, err := f.places()
	if err != nil {
		return nil, err
	}
	options, err := s.codeOptions(f, press)
	if err != nil {
		return nil, err
	}
	return qr.New(places[0].Link, options)
}

// bareFile is the code as a file, if it can be read reliably.
func (a *App) bareFile(f PrintForm, file string) ([]byte, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	code, err := a.bareCode(f)
	if err != nil {
		return nil, err
	}
	bare, _, err := print.CheckBare(code, f.EdgeMM)
	if err != nil {
		return nil, err
	}
	switch file {
	case "pdf":
		return bare.PDF("QR-Code "+f.Name, print.Language(f.Language), s.cfg.now()), nil
	case "svg":
		return bare.SVG(f.Name), nil
	case "eps":
		return bare.EPS(), nil
	default:
		return bare.PNG(bareDPI)
	}
}

// SetCentre keeps the picture for the middle of the codes, given in base64; an
// empty one forgets it. It fails with CodeInvalid, field "centre".
func (b *Print) SetCentre(picture string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if len(picture) > maxCentreFileBytes*4/3+4 {
		return inbox.InvalidField("centre", "the file is larger than 5 MB")
	}
	file, err := base64.StdEncoding.DecodeString(picture)
	if err != nil {
		return inbox.InvalidField("centre", "not base64")
	}
	if len(file) > 0 {
		art, err := qr.Picture(file)
		if err != nil {
			return err
		}
		// Only the reduced picture stays, without whatever else the file carried.
		var reduced bytes.Buffer
		if err := png.Encode(&reduced, art.Picture); err != nil {
			return fmt.Errorf("encode picture: %w", err)
		}
		file = reduced.Bytes()
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(centreSetting, file) })
}

func (s *Session) centrePicture() (*qr.Artwork, error) {
	file, err := s.store.Setting(s.ctx, centreSetting)
	if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
		return nil, err
	}
	if len(file) == 0 {
		return nil, inbox.InvalidField("centre", "no picture was chosen")
	}
	return qr.Picture(file)
}
