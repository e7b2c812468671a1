// Package consent keeps who agreed to what, and who took it back: the register
// of declarations (Art. 7(1) GDPR), the words by which customers exercise their
// rights in the chat, and the list of those who must not get advertising.
//
// Replying to somebody and advertising to somebody are two different things. A
// reply needs no consent; advertising needs one that was given for its purpose
// and not taken back (§ 7(2) UWG). Nothing in here ever turns the second on by
// itself except the customer's own words.
//
// The package must not know how messages are sent or shown.
package consent
