// Package app is what the window can call: one small bound struct per area,
// translating DTOs and errors and deciding nothing. It opens and closes the
// shop's session (data folder, receiving, sending) and tells the window by
// events what changed. It must not know SQL, Meta's JSON or Wails; main.go
// hands it the few things of Wails it needs as functions.
package app
