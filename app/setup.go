package app

// Setup is what the window can do before and around an open shop.
type Setup struct{ app *App }

// State says which screen to show.
func (b *Setup) State() (state SetupState, err error) {
	defer guard(&err)
	return b.app.setupState(), nil
}

// StartDemo opens the play shop.
func (b *Setup) StartDemo() (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	return b.app.startDemo()
}

// LeaveDemo closes the play shop and returns to the first-start screen or the real shop.
func (b *Setup) LeaveDemo() (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	return b.app.leaveDemo()
}

// Connect checks the input against the provider, then creates the shop's data
// folder or changes its connection. Nothing is kept if the check fails.
func (b *Setup) Connect(r ConnectRequest) (result ConnectResult, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return result, err
	}
	return b.app.connect(r)
}

// Unlock opens a data folder that is protected by a passphrase.
func (b *Setup) Unlock(passphrase string) (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	return b.app.unlock(passphrase)
}

// Reopen tries to open the data folder again after a problem.
func (b *Setup) Reopen() (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	return b.app.reopen()
}

// ReplaceToken stores a new access token after checking it, and lets waiting messages go.
func (b *Setup) ReplaceToken(token string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.replaceToken(token)
}
