//go:build !linux

package microphone

// Microphone is the computer's.
type Microphone struct{}

// Open fails with not_found: here the webview records.
func Open(func(samples []byte)) (*Microphone, error) { return nil, errNone }

// Pause does nothing.
func (m *Microphone) Pause() {}

// Resume does nothing.
func (m *Microphone) Resume() {}

// Close does nothing.
func (m *Microphone) Close() {}
