// Package papers writes what a shop must be able to show about its own
// handling of data: the record of processing activities, the sheet of measures,
// the picture of the flow of data, the list of contracts, the checklist, the list
// of places, the assessment whether a DPIA is needed, and the file of a breach.
//
// It is given facts and gives documents. Every figure and date in them comes
// from a fact or from the closed list of citations in norms.go; what is not
// known is named as missing, never made up. The law of one country is never
// mixed with another's. The package must not know where facts come from, who
// the customers are, or how a document is shown.
package papers
