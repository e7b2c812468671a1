package app

// Inbox is what the window can do with conversations and messages.
type Inbox struct{ app *App }

// ListConversations returns one page of the list, newest activity first.
func (b *Inbox) ListConversations(q ConversationQuery) (page ConversationPage, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return page, err
	}
	return s.listConversations(q)
}

// GetConversation returns the head of one conversation, with its draft.
func (b *Inbox) GetConversation(id int64) (detail ConversationDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.conversation(id)
}

// ListMessages returns a page of one conversation's messages, oldest first.
func (b *Inbox) ListMessages(q MessageQuery) (page MessagePage, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return page, err
	}
	return s.listMessages(q)
}

// SendText queues a text reply and returns it as it now stands in the conversation.
func (b *Inbox) SendText(r SendTextRequest) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.sendText(r)
}

// SaveDraft keeps the composer's content; empty text removes the draft.
func (b *Inbox) SaveDraft(r DraftRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.saveDraft(r)
}

// MarkRead sets a conversation's unread count to zero. The customer learns of
// it only if the shop turned read receipts on.
func (b *Inbox) MarkRead(conversationID int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.markRead(conversationID)
}

// ResolveUnclear carries out what a person decided about an unclear send.
func (b *Inbox) ResolveUnclear(r UnclearRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.resolveUnclear(r)
}

// Retry sends a failed message again as a new message and returns that.
func (b *Inbox) Retry(messageID string) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.retry(messageID)
}
