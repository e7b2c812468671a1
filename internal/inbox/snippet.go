package inbox

// SnippetID is the database's id of a snippet.
type SnippetID int64

// Snippet is a ready-made answer of the shop. It says nothing about anybody.
type Snippet struct {
	ID     SnippetID `json:"-"`
	Folder string    `json:"f,omitempty"`
	// Name is what is typed after the slash.
	Name string `json:"n"`
	// Text may hold variables in braces; it is the body of Interactive where that is set.
	Text        string       `json:"t,omitempty"`
	Interactive *Interactive `json:"ia,omitempty"`
	File        *SnippetFile `json:"a,omitempty"`
}

// SnippetFile is a file that goes out with a snippet.
type SnippetFile struct {
	Name  string `json:"n"`
	MIME  string `json:"m"`
	Bytes int64  `json:"b"`
}
