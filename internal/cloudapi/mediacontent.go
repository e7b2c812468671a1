package cloudapi

import (
	"encoding/base64"
	"encoding/hex"
	"path"
	"strings"

	"tresen/internal/inbox"
)

const (
	maxURL       = 2048
	maxMIME      = 128
	maxFileName  = 200
	maxExtension = 16

	// numberMediaLost is Meta's number for a file that never reached Meta.
	numberMediaLost = 131052
)

// readMedia reads the object of an image, video, audio, document or sticker.
// Without an id there is nothing to fetch, and Problem says so. (Meta docs:
// Media; messages webhook reference.)
func readMedia(v, problems value) *inbox.Media {
	m := &inbox.Media{
		ID:       opaqueID(v.get("id")),
		MIME:     line(v.get("mime_type"), maxMIME),
		SHA256:   readSHA256(v.get("sha256").text()),
		FileName: cleanFileName(v.get("filename").text()),
		Caption:  text(v.get("caption")),
		Voice:    v.get("voice").bool(),
		Animated: v.get("animated").bool(),
		Problem:  problemNumber(problems),
	}
	if m.ID == "" && m.Problem == 0 {
		m.Problem = numberMediaLost
	}
	return m
}

// readSHA256 reads a hash in hexadecimal digits or base64, with or without
// padding; Meta's samples show all of them. It returns nil if s is none.
func readSHA256(s string) []byte {
	if len(s) == 64 {
		if sum, err := hex.DecodeString(s); err == nil {
			return sum
		}
		return nil
	}
	s = strings.TrimRight(s, "=")
	s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	sum, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(sum) != 32 {
		return nil
	}
	return sum
}

// cleanFileName makes a sender's file name harmless on every system: no
// directories, no characters Windows gives a meaning, no leading dots. A name
// that is too long keeps its extension, because that says what the file is.
func cleanFileName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(inbox.CleanLine(s, maxText), ". ")
	if runes := []rune(s); len(runes) > maxFileName {
		extension := []rune(path.Ext(s))
		if len(extension) > maxExtension {
			extension = nil
		}
		s = string(runes[:maxFileName-len(extension)]) + string(extension)
	}
	return s
}
