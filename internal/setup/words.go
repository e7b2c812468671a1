package setup

// Lines lists every line a step or check can say, as "word.state", so that a
// test can prove the window has words for each in every language.
func Lines() []string {
	return []string{
		"token.valid.passed", "token.valid.failed", "token.scope.passed", "token.scope.failed", "token.life.passed",
		"token.life.warn", "token.life.failed", "token.lifeUntil.passed", "token.kind.passed", "token.kind.warn", "token.accounts.failed",
		"key.valid.passed", "key.valid.failed", "key.number.failed",
		"number.found.failed", "number.none.failed", "number.readable.passed", "number.readable.failed", "number.belongs.passed",
		"number.belongs.failed", "number.name.passed", "number.name.warn", "number.namePending.warn", "number.phoneApp.failed", "number.phoneApp.warn",
		"secret.valid.passed", "secret.valid.failed",
		"region.phoneApp.warn", "region.read.failed", "region.is.passed", "region.meta.passed", "region.registered.warn", "region.set.failed",
		"region.none.warn", "region.differs.warn", "region.differs.failed",
		"register.done.passed", "register.done.failed", "register.read.failed",
		"callback.subscribed.passed", "callback.subscribed.failed", "callback.app.passed", "callback.app.failed", "callback.appElsewhere.warn",
		"callback.appFields.failed", "callback.set.passed", "callback.set.failed", "callback.read.passed", "callback.read.failed",
		"health.receiving.passed", "health.receiving.failed", "health.sending.passed", "health.sending.failed", "health.neverDelivered.warn",
		"health.lastDelivery.passed", "health.lastDelivery.warn", "health.waiting.passed", "health.waiting.warn", "health.unverified.failed",
		"health.unreadable.failed", "health.away.warn", "health.clock.passed", "health.clock.warn", "health.clock.failed", "health.provider.passed",
		"health.provider.failed", "health.subscribed.failed", "health.callbackNone.failed", "health.callback.passed", "health.callback.failed",
		"health.number.passed", "health.number.failed", "health.quality.passed", "health.quality.warn", "health.quality.failed", "health.limit.passed",
		"health.name.passed", "health.name.warn", "health.namePending.warn", "health.blocked.warn", "health.blocked.failed",
		"health.payment.passed", "health.payment.failed", "health.roundTrip.passed", "health.roundTrip.failed", "health.roundTripRelay.failed",
		"test.arrived.passed", "test.arrived.failed",
	}
}
