package receive

import "time"

// SetTimeouts shortens how long the listener waits for a slow client.
func (d *Direct) SetTimeouts(header, body time.Duration) {
	d.headerTimeout, d.bodyTimeout = header, body
}
