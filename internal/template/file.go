package template

import (
	"slices"

	"tresen/internal/inbox"
)

// fileTypes are the files that may stand above a template's text. Of documents
// only PDF is shown on every phone. (Meta docs: Template components, media
// headers; Supported media types.)
var fileTypes = map[inbox.HeaderFormat][]string{
	inbox.HeaderImage:    {"image/jpeg", "image/png"},
	inbox.HeaderVideo:    {"video/mp4", "video/3gpp"},
	inbox.HeaderDocument: {"application/pdf"},
}

// FileTypes are the MIME types of the files that may stand above the template's
// text; none if it needs no file.
func FileTypes(t inbox.Template) []string {
	if t.Header == nil {
		return nil
	}
	return slices.Clone(fileTypes[t.Header.Format])
}

// TakesFile reports whether a file of this MIME type may stand above the text
// of a template with this header.
func TakesFile(format inbox.HeaderFormat, mime string) bool {
	return slices.Contains(fileTypes[format], mime)
}
