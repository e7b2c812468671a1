//go:build !windows && !darwin

package desktop

import (
	"errors"
	"testing"
)

func TestFoldersFollowXDG(t *testing.T) {
	for _, c := range []struct{ xdg, home, want string }{
		{"/data", "/home/a", "/data/Tresen"},
		{"", "/home/a", "/home/a/.local/share/Tresen"},
		{"relative", "/home/a", "/home/a/.local/share/Tresen"},
	} {
		t.Setenv("XDG_DATA_HOME", c.xdg)
		t.Setenv("HOME", c.home)
		if got, err := DataFolder(); err != nil || got != c.want {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
	t.Setenv("XDG_DATA_HOME", "")
	for _, home := range []string{"", "relative"} {
		t.Setenv("HOME", home)
		if got, err := DataFolder(); !errors.Is(err, ErrNoHome) {
			t.Errorf("HOME=%q: %s, %v, want ErrNoHome", home, got, err)
		}
	}
}
