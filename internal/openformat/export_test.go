package openformat

// StopAt calls stop before every step of an import.
func (t *Target) StopAt(stop func(step string) error) { t.stop = stop }
