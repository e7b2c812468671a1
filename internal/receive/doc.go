// Package receive turns verified webhook notifications into changes of the
// inbox, exactly once per wamid and in any order, and holds the ways in
// (Source): a loopback listener for the user's own tunnel, and an inlet for
// sources inside this process.
//
// A delivery is acknowledged only after its effect is on the disk. It must not
// know SQL or Meta's JSON: cloudapi reads notifications, store keeps them.
package receive
