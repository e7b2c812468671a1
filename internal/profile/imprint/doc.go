// Package imprint knows what the law of a shop's country wants a shop to say
// about itself, asks for it by legal form, and writes it down: as text, as one
// static page, and as the lines below a letter. The paragraph about WhatsApp
// for the shop's privacy notice lies here, too.
//
// It must not know how pages are fetched or profiles saved. It never says that
// a text is lawful: every text is a draft until the owner has had it checked,
// and the three countries' rules are never mixed.
package imprint
