// Package simulator is a WhatsApp Cloud API on loopback: an HTTP server that
// behaves like graph.facebook.com plus WhatsApp for one business portfolio.
// Demo mode and tests run against it, and any third-party Cloud API client can.
//
// # What it must not know
//
// It imports only the standard library and no other package of this project,
// least of all internal/cloudapi, the project's own client. The simulator is an
// independent second reading of Meta's documentation: code shared with the
// client would let both be wrong in the same way, and every test would pass.
//
// # Use from Go
//
//	sim, err := simulator.Start(simulator.Config{CallbackURL: url})
//	defer sim.Close()
//	anna, err := sim.AddCustomer(simulator.Person{Phone: "+491713920011", Name: "Anna"})
//	wamid, err := anna.SendText(ctx, "Guten Tag")
//	err = sim.WaitIdle(ctx)
//
// [Start] listens on a loopback port; [New] makes the same simulator without a
// listener, as an [http.Handler]. Webhooks go to Config.CallbackURL over HTTP,
// or to Config.Deliver in process, or, with neither, into [Simulator.Drain].
//
// # Time
//
// The simulator has its own clock: the customer service window, expiry of URLs,
// rate limits, retries and the delays of ticks follow it. Without further ado
// it runs with the machine's clock. [Simulator.SetClock] (or Config.Now) stops
// it at an instant and [Simulator.Advance] moves it, running everything that
// falls due on the way, so that no test has to sleep.
//
// # Starting again
//
// The simulator keeps nothing. A demo with a stored history performs [PlayShop]
// with the same Curtain, and Silent, so that ids, times, media and windows are the
// same again, and gives back what was written since with [Customer.Remember] or
// only the windows with [Simulator.OpenWindow].
//
// # Use from other languages
//
// The paths under /_simulator/ offer the same as JSON over HTTP; see the
// README of cmd/tresen-simulator. They need no token: the simulator belongs on
// loopback and holds invented people only.
package simulator
