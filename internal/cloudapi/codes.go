package cloudapi

import "tresen/internal/inbox"

// Class says what a refused or failed request means for trying again. It is
// the sender's guide; whether and when to retry is the outbox's business.
type Class int

// The classes. (Meta docs: Error codes; Throughput.)
const (
	// ClassNever: the same request will fail again.
	ClassNever Class = iota
	// ClassNow: the request never left this computer; try again as soon as there is a network.
	ClassNow
	// ClassTwice: perhaps our fault, perhaps theirs; try at most twice more.
	ClassTwice
	// ClassBackoff: seconds, growing, with jitter.
	ClassBackoff
	// ClassSlow: minutes.
	ClassSlow
	// ClassPair: too many messages to this one recipient; 4^n seconds, others may go on.
	ClassPair
	// ClassAuth: no request will succeed until there is a new token.
	ClassAuth
	// ClassAccount: no message will go out until somebody puts the account in order.
	ClassAccount
)

// Pages of Meta's documentation the table below takes its numbers from.
const (
	pageErrors   = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"
	pageGraph    = "https://developers.facebook.com/docs/graph-api/guides/error-handling"
	pageBSUID    = "https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids"
	pageBlock    = "https://developers.facebook.com/docs/whatsapp/cloud-api/block-users"
	pageCoexist  = "https://developers.facebook.com/docs/whatsapp/embedded-signup/custom-flows/onboarding-business-app-users"
	pageTemplate = "https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates"
)

type meaning struct {
	code  inbox.Code
	class Class
	// link is the page that explains the number.
	link string
}

// meaningOf is the one table from Meta's error numbers to our codes. ok is
// false for numbers it does not know.
func meaningOf(number int) (m meaning, ok bool) {
	switch {
	case number >= 200 && number <= 299:
		return meaning{inbox.CodePermission, ClassAccount, pageErrors}, true
	case number >= 2388000 && number <= 2388999:
		return meaning{inbox.CodeTemplateRejected, ClassNever, pageTemplate}, true
	}
	m, ok = meanings[number]
	return m, ok
}

// meanings holds a link per line, so that whoever doubts a line can check it.
var meanings = map[int]meaning{
	0:       {inbox.CodeTokenExpired, ClassAuth, pageErrors},
	190:     {inbox.CodeTokenExpired, ClassAuth, pageErrors},
	3:       {inbox.CodePermission, ClassAccount, pageErrors},
	10:      {inbox.CodePermission, ClassAccount, pageErrors},
	131005:  {inbox.CodePermission, ClassAccount, pageErrors},
	368:     {inbox.CodeAccountBlocked, ClassAccount, pageErrors},
	131031:  {inbox.CodeAccountBlocked, ClassAccount, pageErrors},
	130497:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	1:       {inbox.CodeInternal, ClassTwice, pageErrors},
	2:       {inbox.CodeOffline, ClassBackoff, pageErrors},
	4:       {inbox.CodeRateLimited, ClassSlow, pageErrors},
	80007:   {inbox.CodeRateLimited, ClassSlow, pageErrors},
	130429:  {inbox.CodeRateLimited, ClassBackoff, pageErrors},
	131048:  {inbox.CodeRateLimited, ClassNever, pageErrors},
	131056:  {inbox.CodeRateLimited, ClassPair, pageErrors},
	133016:  {inbox.CodeRateLimited, ClassNever, pageErrors},
	33:      {inbox.CodePermission, ClassAccount, pageErrors},
	100:     {inbox.CodeInvalid, ClassNever, pageErrors},
	130472:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131000:  {inbox.CodeOffline, ClassBackoff, pageErrors},
	131008:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131009:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131016:  {inbox.CodeOffline, ClassBackoff, pageErrors},
	131021:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131026:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131035:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131036:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131037:  {inbox.CodeAccountBlocked, ClassAccount, pageErrors},
	131042:  {inbox.CodePayment, ClassAccount, pageErrors},
	131045:  {inbox.CodeAccountBlocked, ClassAccount, pageErrors},
	131047:  {inbox.CodeWindowClosed, ClassNever, pageErrors},
	131049:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131050:  {inbox.CodeNoOptIn, ClassNever, pageErrors},
	131051:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131052:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131053:  {inbox.CodeInvalid, ClassNever, pageErrors},
	131055:  {inbox.CodePermission, ClassNever, pageErrors},
	131057:  {inbox.CodeOffline, ClassSlow, pageErrors},
	131059:  {inbox.CodeConflict, ClassNever, pageErrors},
	131060:  {inbox.CodeUndeliverable, ClassNever, pageErrors},
	131062:  {inbox.CodeInvalid, ClassNever, pageBSUID},
	131063:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132000:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132001:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132005:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132007:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132012:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132015:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132016:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132018:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132068:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	132069:  {inbox.CodeTemplateRejected, ClassNever, pageErrors},
	133000:  {inbox.CodeConflict, ClassNever, pageErrors},
	133004:  {inbox.CodeOffline, ClassBackoff, pageErrors},
	133005:  {inbox.CodeInvalid, ClassNever, pageErrors},
	133006:  {inbox.CodeInvalid, ClassNever, pageErrors},
	133008:  {inbox.CodeRateLimited, ClassNever, pageErrors},
	133009:  {inbox.CodeRateLimited, ClassNever, pageErrors},
	133010:  {inbox.CodeAccountBlocked, ClassAccount, pageErrors},
	133015:  {inbox.CodeConflict, ClassNever, pageErrors},
	134011:  {inbox.CodePermission, ClassNever, pageErrors},
	134100:  {inbox.CodePermission, ClassNever, pageErrors},
	134101:  {inbox.CodePermission, ClassNever, pageErrors},
	134102:  {inbox.CodePermission, ClassNever, pageErrors},
	135000:  {inbox.CodeInvalid, ClassNever, pageErrors},
	137000:  {inbox.CodeConflict, ClassNever, pageErrors},
	139100:  {inbox.CodeConflict, ClassNever, pageBlock},
	139101:  {inbox.CodeConflict, ClassNever, pageBlock},
	139102:  {inbox.CodeConflict, ClassBackoff, pageBlock},
	139103:  {inbox.CodeOffline, ClassBackoff, pageBlock},
	147001:  {inbox.CodeInvalid, ClassNever, pageBSUID},
	147002:  {inbox.CodeInvalid, ClassNever, pageBSUID},
	147003:  {inbox.CodeInvalid, ClassNever, pageBSUID},
	147004:  {inbox.CodeInvalid, ClassNever, pageBSUID},
	2494100: {inbox.CodeOffline, ClassBackoff, pageErrors},
	2593107: {inbox.CodeConflict, ClassNever, pageCoexist},
	2593108: {inbox.CodeConflict, ClassNever, pageCoexist},
	2593109: {inbox.CodeConflict, ClassNever, pageCoexist},
}

// meaningOfAnswer returns what an error answer means: by Meta's number where
// we know it, otherwise by the HTTP status, which alone says little (throttling
// comes as 400). number is -1 if the body held none.
func meaningOfAnswer(status, number, subcode int) meaning {
	if number == 100 && subcode == 33 {
		// The object exists, but not for this token.
		return meaning{inbox.CodePermission, ClassAccount, pageGraph}
	}
	if m, ok := meaningOf(subcode); number == 100 && ok && m.code == inbox.CodeTemplateRejected {
		return m // 2388xxx says what is wrong with a template's form
	}
	if m, ok := meaningOf(number); ok {
		return m
	}
	switch {
	case status == 401:
		return meaning{inbox.CodeTokenExpired, ClassAuth, pageGraph}
	case status == 403:
		return meaning{inbox.CodePermission, ClassAccount, pageGraph}
	case status == 404:
		return meaning{inbox.CodeNotFound, ClassNever, pageGraph}
	case status == 429:
		return meaning{inbox.CodeRateLimited, ClassBackoff, pageGraph}
	case status >= 500:
		return meaning{inbox.CodeOffline, ClassBackoff, pageGraph}
	case status < 400:
		// No answer of this API at all: something between us and it speaks.
		return meaning{inbox.CodeOffline, ClassBackoff, pageGraph}
	}
	return meaning{inbox.CodeInvalid, ClassNever, pageGraph}
}

// failureOf returns the code for the error number of a failed status.
func failureOf(number int) inbox.Code {
	if m, ok := meaningOf(number); ok && number != 0 {
		return m.code
	}
	return inbox.CodeUndeliverable
}
