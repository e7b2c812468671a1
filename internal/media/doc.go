// Package media fetches the files customers send, looks at what they are, and
// keeps them sealed: each file a job of its own, with attempts, progress and an
// end. A message never depends on it.
//
// It must not know SQL, Meta's JSON, or where a file is shown. Nothing it
// reads is trusted: what a file is follows from its bytes, never from its
// sender's words.
package media
