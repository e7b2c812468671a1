// Package page writes one static HTML file that can be put on any web space:
// no script, no request to anybody, its own content security policy inside,
// readable in light and dark and at any zoom.
//
// It must not know what the page says; imprint and website do.
package page
