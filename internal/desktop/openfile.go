package desktop

import (
	"errors"
	"os"
)

// ErrNoProgram: the system has no program for a file, or could not start it.
var ErrNoProgram = errors.New("desktop: no program for the file")

// OpenFile opens a file with the program the system has for it. It returns
// once that has been started and fails with ErrNoProgram.
func OpenFile(path string) error {
	if _, err := os.Stat(path); err != nil {
		return reason("open file", err)
	}
	if openFile(path) != nil {
		return ErrNoProgram // the system's own error names the path
	}
	return nil
}

// MarkForeign tells the system that a file came from somebody else, so that
// other programs take the care they know: Office opens it in its protected
// view, Windows asks before running it. Systems without such a mark ignore it.
func MarkForeign(path string) error {
	if err := markForeign(path); err != nil {
		return reason("mark file", err)
	}
	return nil
}
