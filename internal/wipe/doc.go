// Package wipe removes everything the program keeps on this computer: first the
// keys, so that nothing can be read any more, then every file of ours in the data
// folder, and the webview's. It leaves files that are not ours alone, follows no
// symbolic link, and can be taken up again after a kill at any step: a marker
// without personal data stays until the end.
//
// It must not know what the files mean, and it sends nothing anywhere.
package wipe
