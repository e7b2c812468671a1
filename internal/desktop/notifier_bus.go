//go:build !windows && !darwin

package desktop

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// The names of https://specifications.freedesktop.org/notification-spec/.
const (
	notifyName   = "org.freedesktop.Notifications"
	notifyPath   = "/org/freedesktop/Notifications"
	notifyAction = "default" // what a click on the notification itself means

	// answerTime is how long the desktop may take to answer: one that hangs must
	// not keep the program from ending.
	answerTime = 5 * time.Second
)

// Notifier shows one notification of this program at a time; the next one takes
// the place of the one before.
type Notifier struct {
	app     string
	conn    *dbus.Conn
	object  dbus.BusObject
	wait    time.Duration
	clicked func(tag string)
	markup  bool
	signals chan *dbus.Signal
	ended   chan struct{}

	mu  sync.Mutex
	id  uint32
	tag string
}

// OpenNotifier connects to the desktop's notifications. clicked is called, one
// call at a time, when a person clicks on one. It fails with ErrNoNotifications
// where there is nobody to show them.
func OpenNotifier(app string, clicked func(tag string)) (*Notifier, error) {
	if !sessionBus() {
		return nil, ErrNoNotifications
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, ErrNoNotifications
	}
	n := &Notifier{
		app: app, conn: conn, object: conn.Object(notifyName, notifyPath), wait: answerTime, clicked: clicked,
		signals: make(chan *dbus.Signal, 16), ended: make(chan struct{}),
	}
	var capabilities []string
	if err := n.call("GetCapabilities").Store(&capabilities); err != nil {
		conn.Close()
		return nil, ErrNoNotifications
	}
	n.markup = slices.Contains(capabilities, "body-markup")
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(notifyName), dbus.WithMatchObjectPath(notifyPath)); err != nil {
		conn.Close()
		return nil, fmt.Errorf("listen for clicks: %w", err)
	}
	conn.Signal(n.signals)
	go n.listen()
	return n, nil
}

// sessionBus tells whether a session bus exists. Without one the D-Bus library
// would run dbus-launch, which leaves a stray bus behind.
func sessionBus() bool {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		return !strings.HasPrefix(address, "autolaunch:")
	}
	_, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid()))
	return err == nil
}

func (n *Notifier) call(method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(context.Background(), n.wait)
	defer cancel()
	return n.object.CallWithContext(ctx, notifyName+"."+method, 0, args...)
}

// listen ends when the connection does, which closes the channel of signals.
func (n *Notifier) listen() {
	defer close(n.ended)
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic", "in", "notifications", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	for s := range n.signals {
		if len(s.Body) == 0 {
			continue
		}
		id, ok := s.Body[0].(uint32)
		if !ok {
			continue
		}
		n.mu.Lock()
		mine, tag := id != 0 && id == n.id, n.tag
		if mine && s.Name == notifyName+".NotificationClosed" {
			n.id = 0
		}
		n.mu.Unlock()
		if mine && s.Name == notifyName+".ActionInvoked" {
			n.clicked(tag)
		}
	}
}

// markupOf keeps a text from being read as markup.
var markupOf = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Show shows a notification in place of the one before.
func (n *Notifier) Show(x Notification) error {
	n.mu.Lock()
	replaces := n.id
	n.mu.Unlock()
	body := x.Body
	if n.markup {
		body = markupOf.Replace(body)
	}
	hints := map[string]dbus.Variant{"category": dbus.MakeVariant("im.received"), "desktop-entry": dbus.MakeVariant(strings.ToLower(n.app))}
	var id uint32
	err := n.call("Notify", n.app, replaces, "", x.Title, body, []string{notifyAction, x.Open}, hints, int32(-1)).Store(&id)
	if err != nil {
		return ErrNoNotifications // the bus's own text may repeat the notification's
	}
	n.mu.Lock()
	n.id, n.tag = id, x.Tag
	n.mu.Unlock()
	return nil
}

// Close takes the notification away and ends; clicked is not called afterwards.
func (n *Notifier) Close() {
	n.mu.Lock()
	id := n.id
	n.mu.Unlock()
	if id != 0 {
		n.call("CloseNotification", id)
	}
	n.conn.Close()
	<-n.ended
}
