package simulator

import (
	"fmt"
	"net/http"
)

// apiError is an error answer of the Graph API. It is also what a failed status
// carries, then without the HTTP part.
type apiError struct {
	status  int
	code    int
	subcode int
	message string // replaces "(#code) title"
	details string
	extra   object // further members beside "error"
	html    bool   // an edge server's page instead of JSON
}

func (e *apiError) Error() string {
	return fmt.Sprintf("cloud api error %d: %s", e.code, e.details)
}

// meaning is one row of Meta's table of error codes (Meta docs: Error codes).
type meaning struct {
	status int
	title  string
}

// meaningOf knows the codes the simulator produces or can be told to produce.
func meaningOf(code int) meaning {
	if m, ok := meanings[code]; ok {
		return m
	}
	return meaning{http.StatusBadRequest, "Unknown error"}
}

const bad = http.StatusBadRequest

var meanings = map[int]meaning{
	0:       {401, "Authentication failed"},
	1:       {bad, "API Unknown"},
	2:       {503, "API Service"},
	3:       {500, "API Method"},
	4:       {bad, "API Too Many Calls"},
	10:      {403, "Permission Denied"},
	12:      {bad, "Deprecated"},
	33:      {bad, "Parameter value is not valid"},
	100:     {bad, "Invalid parameter"},
	190:     {401, "Access token has expired"},
	368:     {403, "Temporarily blocked for policies violations"},
	2500:    {bad, "Unknown path components"},
	80007:   {bad, "Rate limit issues"},
	130429:  {bad, "Rate limit hit"},
	130472:  {bad, "User's number is part of an experiment"},
	130497:  {403, "Business account is restricted from messaging users in this country"},
	131000:  {500, "Something went wrong"},
	131005:  {403, "Access denied"},
	131008:  {bad, "Required parameter is missing"},
	131009:  {bad, "Parameter value is not valid"},
	131016:  {500, "Service unavailable"},
	131021:  {bad, "Recipient cannot be sender"},
	131026:  {bad, "Message undeliverable"},
	131031:  {403, "Account has been locked"},
	131035:  {bad, "Webhook not delivered"},
	131036:  {bad, "Message payload expired"},
	131037:  {bad, "Display name approval needed"},
	131042:  {bad, "Business eligibility payment issue"},
	131045:  {500, "Incorrect certificate"},
	131047:  {bad, "Re-engagement message"},
	131048:  {bad, "Spam rate limit hit"},
	131049:  {bad, "Message not delivered to maintain healthy ecosystem engagement"},
	131050:  {bad, "User has stopped marketing messages"},
	131051:  {bad, "Message type unknown"},
	131052:  {bad, "Media download error"},
	131053:  {bad, "Media upload error"},
	131055:  {bad, "Method not allowed"},
	131056:  {bad, "(Business Account, Consumer Account) pair rate limit hit"},
	131057:  {500, "Account in maintenance mode"},
	131059:  {bad, "Invalid cursor"},
	131060:  {bad, "This message is currently unavailable"},
	131062:  {bad, "Business-scoped user ID is not supported for this message"},
	132000:  {bad, "Number of parameters does not match the expected number of params"},
	132001:  {404, "Template name does not exist in the translation"},
	132005:  {bad, "Translated text too long"},
	132007:  {bad, "Template format character policy violated"},
	132012:  {bad, "Parameter format does not match format in the created template"},
	132015:  {bad, "Template is paused"},
	132016:  {bad, "Template is disabled"},
	132018:  {bad, "Template parameter is not valid"},
	132068:  {bad, "Flow is blocked"},
	132069:  {bad, "Flow is throttled"},
	133000:  {500, "Deregistration failed"},
	133004:  {503, "Server is temporarily unavailable"},
	133005:  {bad, "Two step verification PIN mismatch"},
	133006:  {bad, "Phone number re-verification needed"},
	133008:  {bad, "Too many two step verification PIN guesses"},
	133009:  {bad, "Two step verification PIN guessed too fast"},
	133010:  {bad, "Phone number not registered"},
	133015:  {bad, "Please wait a few minutes before registering this phone number"},
	133016:  {bad, "Account register deregister rate limit exceeded"},
	135000:  {bad, "Generic user error"},
	136025:  {bad, "Verify code error"},
	137000:  {bad, "Recipient identity key hash mismatch"},
	139100:  {bad, "Failed to block/unblock users"},
	139101:  {bad, "Blocklist limit reached"},
	139102:  {bad, "Blocklist concurrent update"},
	139103:  {bad, "Blocklist internal error"},
	147001:  {bad, "Username is not available"},
	147002:  {bad, "Username is not valid"},
	2388023: {bad, "Message template language is being deleted"},
	2388024: {bad, "Content in this language already exists"},
	2388293: {bad, "Too many parameters for the length of the template"},
	2388299: {bad, "Leading or trailing parameters are not allowed"},
	2494100: {bad, "Phone number in maintenance mode"},
}

// fail makes an error answer for a code; details go to error_data.details.
func fail(code int, format string, args ...any) *apiError {
	return &apiError{status: meaningOf(code).status, code: code, details: fmt.Sprintf(format, args...)}
}

// plain makes an error whose message is a sentence of its own, as the Graph API
// itself (not WhatsApp) answers.
func plain(code, subcode int, format string, args ...any) *apiError {
	e := fail(code, "")
	e.subcode, e.message = subcode, fmt.Sprintf(format, args...)
	return e
}

// unknownObject is the answer for an id that does not exist or that the token
// may not see.
func unknownObject(id, method string) *apiError {
	return plain(100, 33, "Unsupported %s request. Object with ID '%s' does not exist, "+
		"cannot be loaded due to missing permissions, or does not support this operation",
		graphVerb(method), id)
}

func graphVerb(method string) string {
	switch method {
	case http.MethodPost:
		return "post"
	case http.MethodDelete:
		return "delete"
	}
	return "get"
}

// body is the JSON of the error as an HTTP answer (§2.9).
func (e *apiError) body(trace string) object {
	message := e.message
	if message == "" {
		message = fmt.Sprintf("(#%d) %s", e.code, meaningOf(e.code).title)
	}
	inner := object{"message": message, "type": "OAuthException", "code": e.code, "fbtrace_id": trace}
	if e.subcode != 0 {
		inner["error_subcode"] = e.subcode
	}
	if e.details != "" {
		inner["error_data"] = object{"messaging_product": "whatsapp", "details": e.details}
	}
	out := object{"error": inner}
	for k, v := range e.extra {
		out[k] = v
	}
	return out
}

// asStatus is the same error as it stands in a webhook's errors array.
func (e *apiError) asStatus() object {
	title := meaningOf(e.code).title
	return object{
		"code": e.code, "title": title, "message": title,
		"error_data": object{"details": e.details},
		"href":       "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
	}
}
