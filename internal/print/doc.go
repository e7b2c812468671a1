// Package print lays out what a shop hangs up and hands out – posters, cards,
// tents, strips, stickers – around a QR code, and writes it as PDF for the
// office printer and the print shop, as SVG, PNG and as an accessible page.
//
// One page is a list of filled outlines and lines of text; every format is
// written from that list, and the same list is rasterised and read by a real
// decoder before anything may be exported. The package must not know windows,
// storage or Meta; whatever it prints comes from its input, and the same input
// gives the same bytes.
package print
