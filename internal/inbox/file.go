package inbox

import "time"

// FileState is what has become of a message's file.
type FileState string

// An open file waits to be fetched, a held one until somebody asks for it.
const (
	FileOpen    FileState = "open"
	FileHeld    FileState = "held"
	FileStored  FileState = "stored"
	FileExpired FileState = "expired"
	FileRemoved FileState = "removed"
	FileFailed  FileState = "failed"
)

// FileStates lists every state, for the catalogues' test.
func FileStates() []FileState {
	return []FileState{FileOpen, FileHeld, FileStored, FileExpired, FileRemoved, FileFailed}
}

// File is a message's file as the shop has it. The message never depends on it.
type File struct {
	State FileState
	// Own is true for a file the shop sends.
	Own bool
	// Bytes is the size of the plain file, or what the provider says it is; 0 if unknown.
	Bytes int64
	// ExpiresAt is when the provider forgets the file; zero if it has none or nobody knows.
	ExpiresAt time.Time
	// Thumb is true if there is a small picture of it.
	Thumb bool
	// Failure says why State is failed.
	Failure Code
	Facts   FileFacts
}

// FileFacts is what a stored file's bytes have turned out to be, whatever its
// sender said. It is sealed, hence the short names.
type FileFacts struct {
	// MIME comes from the bytes and is one of a list of ours.
	MIME string `json:"m,omitempty"`
	// Width and Height are a picture's, in pixels as it is shown; 0 if unknown.
	Width  int `json:"w,omitempty"`
	Height int `json:"h,omitempty"`
	// Differs is true if the bytes are something else than the sender said.
	Differs bool `json:"d,omitempty"`
	// Animated is true for a moving picture.
	Animated bool `json:"a,omitempty"`
}
