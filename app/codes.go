package app

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

// Codes is the register of codes: what hangs where, and trying a code out.
type Codes struct{ app *App }

// ListRegister returns what hangs, newest first, then what was taken down.
func (b *Codes) ListRegister() (rows []RegisterRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	list, err := s.placed.List(s.ctx)
	return registerRows(list), err
}

func registerRows(list []inbox.PlacedCode) []RegisterRow {
	rows := make([]RegisterRow, 0, len(list))
	for _, c := range list {
		rows = append(rows, RegisterRow{
			ID: strconv.FormatInt(int64(c.ID), 10), Places: append([]string{}, c.Places...), Kind: c.Kind, Paper: c.Paper,
			URL: c.URL, Text: c.Text, LinkCode: c.MessageCode, PlacedAtMs: millis(c.PlacedAt), RetiredAtMs: millis(c.RetiredAt),
			PrintedAtMs: millis(c.PrintedAt), TestedAtMs: millis(c.TestedAt), Prints: c.Prints,
			Conversations: c.Conversations, Messages: c.Messages,
		})
	}
	return rows
}

// Record enters what was printed from the window into the register.
func (b *Codes) Record(form PrintForm) (err error) {
	defer guard(&err)
	return b.app.recordPrint(form, "office")
}

// Retire notes that a code was taken down.
func (b *Codes) Retire(id string) (err error) {
	defer guard(&err)
	s, code, err := b.find(id)
	if err != nil {
		return err
	}
	return s.placed.Retire(s.ctx, code.ID, true)
}

// HangAgain takes that back. It fails with conflict if another code hangs there
// by now.
func (b *Codes) HangAgain(id string) (err error) {
	defer guard(&err)
	s, code, err := b.find(id)
	if err != nil {
		return err
	}
	return s.placed.Retire(s.ctx, code.ID, false)
}

// Remove deletes an entry with its counts.
func (b *Codes) Remove(id string) (err error) {
	defer guard(&err)
	s, code, err := b.find(id)
	if err != nil {
		return err
	}
	return s.placed.Remove(s.ctx, code.ID)
}

// Reprint puts an entry's form onto the desk, to be printed again.
func (b *Codes) Reprint(id string) (form PrintForm, err error) {
	defer guard(&err)
	s, code, err := b.find(id)
	if err != nil {
		return form, err
	}
	if err := json.Unmarshal(code.Form, &form); err != nil {
		return form, inbox.NewError(inbox.CodeStorageDamaged, "decode print form")
	}
	return form, s.savePrintForm(form)
}

func (b *Codes) find(id string) (*Session, inbox.PlacedCode, error) {
	s, err := b.app.session()
	if err != nil {
		return nil, inbox.PlacedCode{}, err
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, inbox.PlacedCode{}, inbox.NewError(inbox.CodeNotFound, "read id of a placed code")
	}
	code, err := s.placed.Find(s.ctx, inbox.PlacedCodeID(n))
	return s, code, err
}

// BeginTest shows the form's code for a phone and waits for its message. It
// fails with CodeInvalid, field "text", if the code prefills nothing by which
// the message could be known.
func (b *Codes) BeginTest(form PrintForm) (test CodeTest, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return test, err
	}
	made, err := form.record("", "")
	if err != nil {
		return test, err
	}
	if err := s.placed.BeginTest(made.Text, made.Places); err != nil {
		return test, err
	}
	return s.codeTest(made.URL)
}

// TestRegistered is BeginTest for an entry of the register.
func (b *Codes) TestRegistered(id string) (test CodeTest, err error) {
	defer guard(&err)
	s, code, err := b.find(id)
	if err != nil {
		return test, err
	}
	if err := s.placed.BeginTest(code.Text, code.Places); err != nil {
		return test, err
	}
	return s.codeTest(code.URL)
}

// GetTest returns how the test stands, without its picture.
func (b *Codes) GetTest() (test CodeTest, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return test, err
	}
	t := s.placed.CurrentTest()
	return CodeTest{Text: t.Text, UntilMs: millis(t.Until), PassedAtMs: millis(t.PassedAt)}, nil
}

// EndTest stops waiting.
func (b *Codes) EndTest() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	s.placed.EndTest()
	return nil
}

// codeTest draws a code for the screen: plain, black, whatever its print looks like.
func (s *Session) codeTest(link string) (CodeTest, error) {
	parsed, err := qr.ParseLink(link)
	if err != nil {
		return CodeTest{}, err
	}
	code, err := qr.New(parsed, qr.Options{Level: qr.M})
	if err != nil {
		return CodeTest{}, err
	}
	t := s.placed.CurrentTest()
	return CodeTest{
		Picture: base64.StdEncoding.EncodeToString(code.SVG(defaultEdge, "")), Link: link, Text: t.Text, UntilMs: millis(t.Until),
	}, nil
}

// isHanging reports codes that were not taken down.
func isHanging(c inbox.PlacedCode) bool { return c.RetiredAt.IsZero() }

// hangingWith returns what hangs with an editable link.
func hangingWith(list []inbox.PlacedCode, messageCode string) []inbox.PlacedCode {
	return slices.DeleteFunc(slices.Clone(list), func(c inbox.PlacedCode) bool { return c.MessageCode != messageCode || !isHanging(c) })
}
