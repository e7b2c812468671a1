package simulator

import (
	"bytes"
	"testing"
	"time"
)

func TestOpusChannels(t *testing.T) {
	mono := VoiceNote(time.Second).Bytes
	stereo := bytes.Clone(mono)
	stereo[bytes.Index(mono, []byte("OpusHead"))+9] = 2
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"mono": {mono, 1}, "stereo": {stereo, 2}, "cut": {mono[:40], 0}, "empty": {nil, 0},
		"vorbis": {bytes.Replace(mono, []byte("OpusHead"), []byte("\x01vorbis\x00"), 1), 0},
	} {
		if got := opusChannels(c.file); got != c.want {
			t.Errorf("%s: %d channels", name, got)
		}
	}
}
