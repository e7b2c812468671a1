package microphone

import (
	"path/filepath"
	"testing"

	"tresen/internal/inbox"
)

func TestNoSoundServerIsNotFound(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(t.TempDir(), "none"))
	if m, err := Open(func([]byte) { t.Error("a sample out of nowhere") }); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("%v, %v", m, err)
	}
}
