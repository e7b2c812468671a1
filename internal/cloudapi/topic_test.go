package cloudapi

import "testing"

// documented is every number of Meta's error page and of the pages beside it
// that a shop can meet; the ends of ranges stand for the range.
var documented = []int{
	0, 190, 3, 10, 200, 299, 131005, 368, 130497, 131031, 1, 2, 4, 80007, 130429, 131048, 131056, 133016, 33, 100, 130472, 131000,
	131008, 131009, 131016, 131021, 131026, 131035, 131036, 131037, 131042, 131045, 131047, 131049, 131050, 131051, 131052, 131053,
	131055, 131057, 131059, 131060, 131062, 131063, 132000, 132012, 132001, 132005, 132007, 132018, 132015, 132016, 132068, 132069,
	133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 134011, 134100, 134101, 134102, 135000, 137000,
	139100, 139101, 139102, 139103, 147001, 147002, 147003, 147004, 2388000, 2388999, 2494100, 2593107, 2593108, 2593109,
}

func TestEveryDocumentedNumberHasATopic(t *testing.T) {
	known := map[Topic]bool{}
	for _, topic := range Topics() {
		known[topic] = true
	}
	used := map[Topic]bool{}
	for _, number := range documented {
		if _, ok := meaningOf(number); !ok {
			t.Errorf("%d has no code", number)
		}
		topic := TopicOf(number)
		used[topic] = true
		if !known[topic] {
			t.Errorf("%d: topic %q", number, topic)
		}
	}
	for topic := range known {
		if !used[topic] {
			t.Errorf("topic %q belongs to no documented number", topic)
		}
	}
	if TopicOf(424242) != "" {
		t.Error("a topic for a number nobody described")
	}
}
