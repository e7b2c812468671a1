// Package holidays knows the public holidays of the German Länder and of
// Austria, for the days on which a shop is closed by itself.
//
// It must not know when a shop is open, nor decide whether it is closed: a
// bakery sells on holidays, too.
package holidays
