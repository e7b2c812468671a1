// Package shop holds what a shop says about itself, once: names, address,
// contacts, opening hours with holidays, and where its imprint and privacy
// notice stand. Print, imprint, widget and greetings all take it from here.
//
// It must not know where the details are kept or shown, nor Meta's profile.
package shop
