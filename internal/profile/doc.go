// Package profile prepares what customers see about the shop inside WhatsApp:
// the business profile with its limits, the picture, the username, and the ice
// breakers and commands. It shows what would change, saves it, and reads back
// what WhatsApp made of it.
//
// It must not know Meta's JSON (cloudapi does), nor the database or the
// window. The packages below it write what stands outside WhatsApp: imprint,
// widget, opening hours.
package profile
