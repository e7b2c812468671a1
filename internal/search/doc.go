// Package search finds messages and customers by parts of words. It keeps the
// shop's folded text in memory only: the index is filled at start from texts
// somebody else has decrypted, and what is removed from it is overwritten with
// zeros before the call returns.
//
// The index is an arena of folded text, newest first, cut into blocks of a few
// messages. For each block a small table of bits says which groups of letters
// occur in it, so that a search for a rare word reads a few blocks instead of
// everything. There is no list of words that could outlive a message.
//
// The package must not know where texts come from, how they are sealed or
// shown, and it must never write to a disk or a log.
//
// Memory: about 170 bytes per message of average length, outside of what the
// garbage collector leaves lying around. The text holds no pointers, so a
// program that keeps a large index does well with a low GC percentage.
package search
