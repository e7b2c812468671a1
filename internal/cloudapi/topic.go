package cloudapi

// Topic is a word for what one of Meta's error numbers means to the shop. The
// window has a sentence and a next step for each in both languages; a Code is
// coarser, because the program itself needs no more.
type Topic string

// TopicOf returns the topic of one of Meta's error numbers, or "" for numbers
// nobody has described. The numbers come asynchronously in statuses as well as
// in answers. (Meta docs: Error codes.)
func TopicOf(number int) Topic {
	switch {
	case number >= 200 && number <= 299:
		return "permission"
	case number >= 2388000 && number <= 2388999:
		return "template_create"
	}
	return topics[number]
}

// Topics lists every topic, so that a test can prove each has its words.
func Topics() []Topic {
	seen := map[Topic]bool{"permission": true, "template_create": true}
	list := []Topic{"permission", "template_create"}
	for _, topic := range topics {
		if !seen[topic] {
			seen[topic] = true
			list = append(list, topic)
		}
	}
	return list
}

var topics = map[int]Topic{
	0:       "token",
	190:     "token",
	3:       "permission",
	10:      "permission",
	131005:  "permission",
	131055:  "permission",
	368:     "policy",
	130497:  "country",
	131031:  "locked",
	1:       "trouble",
	131000:  "trouble",
	135000:  "trouble",
	2:       "down",
	131016:  "down",
	133004:  "down",
	131057:  "maintenance",
	2494100: "maintenance",
	4:       "call_limit",
	80007:   "call_limit",
	130429:  "throughput",
	131048:  "spam_limit",
	131056:  "pair_limit",
	133016:  "register_limit",
	33:      "number_gone",
	100:     "parameter",
	131008:  "parameter",
	131009:  "parameter",
	130472:  "experiment",
	131021:  "to_self",
	131026:  "person",
	131035:  "lost_inbound",
	131036:  "lost_outbound",
	131037:  "display_name",
	131042:  "payment",
	131045:  "not_registered",
	133000:  "not_registered",
	133010:  "not_registered",
	133015:  "just_removed",
	131047:  "window",
	131049:  "held_back",
	131050:  "marketing_stopped",
	131051:  "message_type",
	131052:  "media_fetch",
	131053:  "media_upload",
	131059:  "paging",
	131060:  "unavailable",
	131062:  "needs_number",
	131063:  "template_route",
	132000:  "template_fields",
	132012:  "template_fields",
	132018:  "template_fields",
	132001:  "template_missing",
	132005:  "template_long",
	132007:  "template_characters",
	132015:  "template_paused",
	132016:  "template_disabled",
	132068:  "flow",
	132069:  "flow",
	133005:  "pin",
	133006:  "verify_number",
	133008:  "pin_wait",
	133009:  "pin_wait",
	134011:  "terms",
	134100:  "marketing_api",
	134101:  "marketing_api",
	134102:  "marketing_api",
	137000:  "identity",
	139100:  "block_partly",
	139101:  "block_full",
	139102:  "block_again",
	139103:  "block_again",
	147001:  "username",
	147002:  "username",
	147003:  "username",
	147004:  "username",
	2593107: "sync_done",
	2593108: "sync_late",
	2593109: "sync_declined",
}

// Number returns Meta's number of the Error in err's chain, or 0.
func Number(err error) int {
	if e := asError(err); e != nil {
		return max(e.Number, 0)
	}
	return 0
}
