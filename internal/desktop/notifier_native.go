//go:build windows || darwin

package desktop

// OpenNotifier fails with ErrNoNotifications: here the window's library shows them.
func OpenNotifier(string, func(tag string)) (*Notifier, error) { return nil, ErrNoNotifications }

// Notifier has no values on this system.
type Notifier struct{}

// Show fails.
func (*Notifier) Show(Notification) error { return ErrNoNotifications }

// Close does nothing.
func (*Notifier) Close() {}
