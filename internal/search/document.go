package search

// foldedSpare is more than one character can fold to, so that a document never
// makes the folder's buffer grow, which would leave a copy of the text behind.
const foldedSpare = 256

// document returns the folded form of a document's texts. The caller clears it
// before the folder is used again.
func (f *folder) document(d Document) []byte {
	f.reset()
	f.field(d.Text)
	f.field(d.Caption)
	f.field(d.FileName)
	for _, s := range d.More {
		f.field(s)
	}
	return f.finish()
}

func (f *folder) reset() {
	if f.out == nil {
		f.out = make([]byte, 0, maxFolded+foldedSpare)
	}
	f.out, f.digits, f.limit = f.out[:0], 0, maxFolded
}

// field appends a text that no hit may reach into from the one before.
func (f *folder) field(s string) {
	if s == "" {
		return
	}
	if len(f.out) > 0 {
		f.out = append(f.out, fieldEnd)
	}
	f.text(s)
}

func (f *folder) finish() []byte {
	if f.digits >= joinedMin {
		f.joinNumbers(0)
	}
	f.out = append(f.out, documentEnd)
	return f.out
}
