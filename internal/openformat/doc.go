// Package openformat writes everything a shop owns into one ZIP file that other
// programs can read, and brings such a file back into an empty folder.
//
// The format is documented in docs/FORMAT.md and described by schema.json, which
// lies in every export: lines of JSON, the files as they are, a manifest with
// digests. It is the way out (no lock-in) and the way in; a backup is another
// thing, sealed and only for this program. What the tables mean is the store's
// business, who may export and where to is above.
package openformat
