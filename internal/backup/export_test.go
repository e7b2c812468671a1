package backup

// StopAt calls stop before every step of the restore.
func (t *Target) StopAt(stop func(step string) error) { t.stop = stop }
