package app

import "tresen/internal/inbox"

// Attention is what points something out to the shop's people: the system's
// notifications and the hints about sensitive content.
type Attention struct{ app *App }

// AttentionForm holds the shop's choices.
type AttentionForm struct {
	// Hints points out messages that seem to hold something sensitive.
	Hints  bool `json:"hints"`
	Notify bool `json:"notify"`
	// Show is how much a notification says: count, name or text.
	Show string `json:"show"`
	// QuietFrom and QuietUntil are times of the day as "20:00"; both are empty without quiet hours.
	QuietFrom  string `json:"quietFrom"`
	QuietUntil string `json:"quietUntil"`
	// QuietDays are quiet all day; 0 is Sunday.
	QuietDays []int `json:"quietDays"`
}

// AttentionState is the form and whether this system shows notifications.
type AttentionState struct {
	Form  AttentionForm `json:"form"`
	Shown bool          `json:"shown"`
}

// LookRequest says what somebody looks at.
type LookRequest struct {
	Focused        bool  `json:"focused"`
	ConversationID int64 `json:"conversationId"`
	// Language is that of the window.
	Language string `json:"language"`
}

// AttentionEvent asks the window to open a conversation somebody clicked on; 0 is none.
type AttentionEvent struct {
	ConversationID int64 `json:"conversationId"`
}

// Get returns the choices.
func (b *Attention) Get() (state AttentionState, err error) {
	defer guard(&err)
	state.Form.QuietDays = []int{}
	s, err := b.app.session()
	if err != nil {
		return state, err
	}
	return s.attentionState()
}

// Save keeps the choices. It fails with invalid and the field's name.
func (b *Attention) Save(form AttentionForm) (state AttentionState, err error) {
	defer guard(&err)
	state.Form.QuietDays = []int{}
	s, err := b.app.session()
	if err != nil {
		return state, err
	}
	if err := s.saveAttention(form); err != nil {
		return state, err
	}
	return s.attentionState()
}

// Try shows a notification now, as it would be shown for a new message. It
// fails with not_found if this system shows none.
func (b *Attention) Try() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.tryNotification()
}

// SetView says whether somebody looks at the window, and at which conversation,
// so that it needs no notification.
func (b *Attention) SetView(r LookRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	s.setView(r)
	return nil
}

// DismissHint notes that a message needs no hint.
func (b *Attention) DismissHint(messageID string) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return err
	}
	return s.dismissHint(id)
}
