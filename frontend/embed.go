// Package frontend carries the built window (HTML, CSS, JavaScript) inside the
// program. It must not contain logic: everything it embeds is made by Vite.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built window with index.html at its root. Before the first
// build it holds only a placeholder file.
func Dist() (fs.FS, error) { return fs.Sub(dist, "dist") }
