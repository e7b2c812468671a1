package desktop

import "errors"

// ErrNoNotifications says that this system shows no notifications, or that the
// window's own library has to.
var ErrNoNotifications = errors.New("no notifications on this system")

// Notification is what the system shows. Title and Body are plain text.
type Notification struct {
	Title, Body string
	// Open is what the button is called for those who need one.
	Open string
	// Tag comes back when the person clicks.
	Tag string
}
