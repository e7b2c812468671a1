// Package microphone records from the computer's microphone where the webview
// may not: WebKitGTK refuses it to every program that does not ask its own user
// for leave, and Wails does not ask. On Linux it speaks PulseAudio's protocol,
// which PipeWire speaks too; elsewhere the webview records, and there is none
// here.
//
// It must not know what the samples are for.
package microphone

import "tresen/internal/inbox"

// Rate is how many samples a second come, of one channel.
const Rate = 48_000

// errNone says that this computer has no microphone this package can use.
var errNone = inbox.NewError(inbox.CodeNotFound, "no microphone that can be used without the webview")
