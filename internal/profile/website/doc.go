// Package website writes what a shop puts outside WhatsApp to lead people in:
// the chat widget for its own site, a landing page, a redirect, the lines below
// an e-mail and a vCard. Nothing it writes asks anybody for anything before a
// person clicks, and nothing stores anything.
//
// It takes the click-to-chat link as it comes from the link's maker and only
// adds the mark of the notice that was shown; it must not know how links are
// made, nor send anything.
package website
