package app

import (
	"tresen/internal/automatic"
	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

// Automatic is what the window can do with messages the shop sends by itself.
type Automatic struct{ app *App }

// GetDesk returns the settings, the notice as it would be confirmed now, and
// how the automatic messages are doing.
func (b *Automatic) GetDesk() (desk AutomaticDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	return s.automaticDesk(b.language(s))
}

// Save keeps the settings, not the notice's words. It fails with invalid and
// the field's name for what could not be sent.
func (b *Automatic) Save(form AutomaticForm) (desk AutomaticDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	if err := s.saveAutomatic(b.language(s), form); err != nil {
		return desk, err
	}
	return s.automaticDesk(b.language(s))
}

// CheckNotice says what is wrong with words of the owner's; it keeps nothing.
func (b *Automatic) CheckNotice(text NoticeText) (checked NoticeDraft, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return checked, err
	}
	language, err := wording.ParseLanguage(text.Language)
	if err != nil {
		return checked, err
	}
	parts, err := s.noticeParts(language)
	if err != nil {
		return checked, err
	}
	return noticeDraft(parts, automatic.Text{Language: language, Lead: text.Lead, Body: text.Body}, true), nil
}

// EditNotice keeps words of the owner's as a draft, or with an empty body takes
// the generated ones again. What is sent stays until it is confirmed.
func (b *Automatic) EditNotice(text NoticeText) (desk AutomaticDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	if err := s.editNotice(b.language(s), text); err != nil {
		return desk, err
	}
	return s.automaticDesk(b.language(s))
}

// ConfirmNotice makes the draft the text that is sent, and switches it on. It
// fails with conflict if the draft is another one than was shown, and with
// invalid if something serious is wrong with it.
func (b *Automatic) ConfirmNotice(r NoticeConfirm) (desk AutomaticDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	if err := s.confirmNotice(b.language(s), r); err != nil {
		return desk, err
	}
	return s.automaticDesk(b.language(s))
}

// Preview says what somebody who writes for the first time would get at a
// moment, with the settings of the form, saved or not.
func (b *Automatic) Preview(r AutomaticPreviewRequest) (preview AutomaticPreview, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return preview, err
	}
	return s.previewAutomatic(b.language(s), r)
}

// ListNotices returns the proof of which notice a person got, newest first.
func (b *Automatic) ListNotices(customerID string) (rows []SentNoticeRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return nil, err
	}
	return s.sentNotices(id)
}

// ListGenerated returns the texts the program words from the shop's details.
func (b *Automatic) ListGenerated() (rows []GeneratedRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.generatedTexts(b.language(s))
}

// language is that of texts nobody has chosen one for.
func (b *Automatic) language(s *Session) wording.Language {
	return wording.Language(s.printLanguage(b.app.prefs.Load().Language))
}
