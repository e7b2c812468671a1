// Package pdf writes PDF files as print needs them: outlines, text with kerning
// in subsets of embedded TrueType fonts, RGB or CMYK inks, overprinting black,
// page boxes, a structure tree for screen readers, and the same bytes for the
// same calls.
//
// It exists because the libraries at hand write no structure tree, place no
// kerning and order some entries by chance. It knows the file format and must
// not know shops, layouts or codes; lengths are millimetres from the upper left.
package pdf
