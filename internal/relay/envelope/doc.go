// Package envelope seals deliveries to a device and opens them there: HPKE
// (RFC 9180) with the hybrid post-quantum KEM X-Wing, HKDF-SHA256 and
// AES-256-GCM, all from the standard library.
//
// An envelope is
//
//	1  version (1)
//	6  KEM, KDF and AEAD ids of the HPKE suite
//	8  key id: the start of SHA-256(public key)
//	16 delivery id
//	8  counter
//	…  encapsulated key of the HPKE context
//	…  AES-256-GCM ciphertext
//
// The HPKE info is "tresen/env/1", mailbox, device and key id, so an envelope
// opens only as what it was sealed as. The content key is exported from the
// HPKE context (RFC 9180, 5.3); the nonce is the counter, the additional data
// everything before the ciphertext. The explicit counter lets one context seal
// several envelopes, each of which opens without the others.
//
// One context is used for at most a minute and 4096 envelopes. Encapsulating
// costs a hundred times what the rest does, and a fresh context per envelope
// would gain little: whoever reads the relay's memory within that minute sees
// the plaintexts passing through anyway, and reads at most this minute's
// envelopes on its disk; a minute later the key is gone from memory. That two
// envelopes share a context shows only that they came within the same minute,
// which their times show as well. Counters never repeat within a context, and
// 4096 is far below AES-GCM's limits.
//
// The package must not know where envelopes are kept or how they travel.
package envelope
