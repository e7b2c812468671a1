// Package privacy does what a person may ask of the shop; today that is
// erasure (Art. 17 GDPR): a job that destroys the person's key first, then
// removes rows and files, has Meta's contact book entry deleted, and at its end
// searches every file of the data folder for what must be gone, after a triage
// has put into the archive what a law keeps. An invented person can go the same
// way as a test. A job survives
// the end of the program and goes on at the next start.
//
// It must not know SQL or Meta's JSON, and it claims nothing that its scan did
// not confirm.
package privacy
