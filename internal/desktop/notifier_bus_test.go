//go:build !windows && !darwin

package desktop

import (
	"bufio"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// server is a desktop's notification service.
type server struct {
	conn    *dbus.Conn
	next    uint32
	shown   chan [4]string
	replace chan uint32
	closed  chan uint32
}

func (s *server) GetCapabilities() ([]string, *dbus.Error) {
	return []string{"actions", "body", "body-markup"}, nil
}

func (s *server) Notify(app string, replaces uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	s.replace <- replaces
	s.shown <- [4]string{app, title, body, strings.Join(actions, "=")}
	if replaces == 0 {
		s.next++
		return s.next, nil
	}
	return replaces, nil
}

func (s *server) CloseNotification(id uint32) *dbus.Error {
	s.closed <- id
	return nil
}

func (s *server) emit(t *testing.T, signal string, values ...any) {
	t.Helper()
	if err := s.conn.Emit(notifyPath, notifyName+"."+signal, values...); err != nil {
		t.Fatal(err)
	}
}

// privateBus starts a session bus of the test's own.
func privateBus(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("no dbus-daemon")
	}
	cmd := exec.CommandContext(t.Context(), path, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
}

// startServer starts a service that answers so many calls before somebody has
// to look at what it was asked to replace.
func startServer(t *testing.T, ahead int) *server {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s := &server{conn: conn, shown: make(chan [4]string, 4), replace: make(chan uint32, ahead), closed: make(chan uint32, 4)}
	if err := conn.Export(s, notifyPath, notifyName); err != nil {
		t.Fatal(err)
	}
	if reply, err := conn.RequestName(notifyName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("name: %v, %v", reply, err)
	}
	return s
}

func get[T any](t *testing.T, from chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
	}
	return v
}

func TestNotificationsOfTheDesktop(t *testing.T) {
	privateBus(t)
	if _, err := OpenNotifier("Tresen", nil); !errors.Is(err, ErrNoNotifications) {
		t.Fatalf("without a server: %v", err)
	}
	s := startServer(t, 4)
	clicks := make(chan string, 4)
	n, err := OpenNotifier("Tresen", func(tag string) { clicks <- tag })
	if err != nil {
		t.Fatal(err)
	}
	show := func(x Notification, replaces uint32) [4]string {
		t.Helper()
		if err := n.Show(x); err != nil {
			t.Fatal(err)
		}
		if got := get(t, s.replace); got != replaces {
			t.Errorf("takes the place of %d instead of %d", got, replaces)
		}
		return get(t, s.shown)
	}
	if got, want := show(Notification{Title: "Tresen", Body: "Neue <b>Nachricht</b> & mehr", Open: "Öffnen", Tag: "7"}, 0), ([4]string{
		"Tresen", "Tresen", "Neue &lt;b&gt;Nachricht&lt;/b&gt; &amp; mehr", "default=Öffnen",
	}); got != want {
		t.Errorf("shown %q instead of %q", got, want)
	}
	show(Notification{Title: "Tresen", Body: "2 neue Nachrichten", Tag: "8"}, 1)
	s.emit(t, "ActionInvoked", uint32(99), "default") // somebody else's
	s.emit(t, "ActionInvoked", uint32(1), "default")
	if tag := get(t, clicks); tag != "8" {
		t.Errorf("clicked %q", tag)
	}
	s.emit(t, "NotificationClosed", uint32(1), uint32(2))
	for deadline := time.After(10 * time.Second); ; {
		n.mu.Lock()
		gone := n.id == 0
		n.mu.Unlock()
		if gone {
			break
		}
		select {
		case <-deadline:
			t.Fatal("the closed notification is still known")
		case <-time.After(time.Millisecond):
		}
	}
	s.emit(t, "ActionInvoked", uint32(1), "default") // gone: must not come through before the next one's click
	show(Notification{Title: "Tresen", Body: "Neue Nachricht", Tag: "9"}, 0)
	s.emit(t, "ActionInvoked", uint32(2), "default")
	if tag := get(t, clicks); tag != "9" {
		t.Errorf("clicked %q", tag)
	}
	n.Close()
	if id := get(t, s.closed); id != 2 {
		t.Errorf("closed %d", id)
	}
	if err := n.Show(Notification{Title: "Tresen"}); !errors.Is(err, ErrNoNotifications) {
		t.Errorf("after the end: %v", err)
	}
}

// A desktop that hangs is given up after a while.
func TestADesktopThatHangs(t *testing.T) {
	privateBus(t)
	s := startServer(t, 0)
	n, err := OpenNotifier("Tresen", nil)
	if err != nil {
		t.Fatal(err)
	}
	n.wait = 50 * time.Millisecond
	shown := make(chan error)
	go func() { shown <- n.Show(Notification{Title: "Tresen"}) }()
	if err := get(t, shown); !errors.Is(err, ErrNoNotifications) {
		t.Errorf("shown: %v", err)
	}
	n.Close()
	get(t, s.replace) // lets the server end
}

func TestNoBusMeansNoNotifications(t *testing.T) {
	for _, address := range []string{"autolaunch:", "unix:path=/nonexistent"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		if _, err := OpenNotifier("Tresen", nil); !errors.Is(err, ErrNoNotifications) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
