package app

// System is what the window can ask about the program and its surroundings.
type System struct{ app *App }

// Connection returns what the foot of the rail shows.
func (b *System) Connection() (state ConnectionState, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return state, err
	}
	return s.connection()
}

// CheckConnection tries again what does not work and returns the state after it.
func (b *System) CheckConnection() (state ConnectionState, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return state, err
	}
	if err := s.checkConnection(); err != nil {
		return state, err
	}
	return s.connection()
}

// GetSettings returns the settings; before a shop is open only the window's own.
func (b *System) GetSettings() (settings Settings, err error) {
	defer guard(&err)
	return b.app.settings()
}

// SaveSettings stores the settings. It refuses values outside their range.
func (b *System) SaveSettings(settings Settings) (err error) {
	defer guard(&err)
	return b.app.saveSettings(settings)
}

// CheckLink says where a link from a message leads, so that a person can look
// at the host before anything opens.
func (b *System) CheckLink(url string) (check LinkCheck, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return check, err
	}
	return checkLink(url), nil
}

// OpenLink opens a checked link in the system's browser.
func (b *System) OpenLink(url string) (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	return b.app.openLink(url)
}
