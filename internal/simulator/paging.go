package simulator

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// fieldList is the fields parameter; sub-selections in braces are cut off.
func fieldList(c *call) []string {
	var out []string
	depth, start := 0, 0
	text := c.query("fields")
	for i, r := range text + "," {
		switch r {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ',':
			if depth > 0 {
				continue
			}
			name := strings.TrimSpace(text[start:i])
			if cut := strings.IndexAny(name, "{.("); cut >= 0 {
				name = name[:cut]
			}
			if name != "" {
				out = append(out, name)
			}
			start = i + 1
		}
	}
	return out
}

// page cuts a list by limit, after and before, in the Graph API's cursor style. A
// cursor that was never given out is refused (131059).
func page(c *call, items []any) (any, *apiError) {
	limit := 25
	if given := c.query("limit"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return nil, plain(100, 0, "(#100) Param limit must be a positive number.")
		}
		limit = min(n, 1000)
	}
	start := 0
	if after := c.query("after"); after != "" {
		at, ok := readCursor(after)
		if !ok || at >= len(items) {
			return nil, fail(131059, "The cursor is invalid or has expired.")
		}
		start = at + 1
	}
	end := min(start+limit, len(items))
	if before := c.query("before"); before != "" {
		at, ok := readCursor(before)
		if !ok || at > len(items) {
			return nil, fail(131059, "The cursor is invalid or has expired.")
		}
		start, end = max(0, at-limit), at
	}
	data := append([]any{}, items[start:end]...)
	out := object{"data": data}
	if len(data) == 0 {
		return out, nil
	}
	paging := object{"cursors": object{"before": makeCursor(start), "after": makeCursor(end - 1)}}
	if end < len(items) {
		u := *c.r.URL
		q := u.Query()
		q.Set("after", makeCursor(end-1))
		u.RawQuery = q.Encode()
		paging["next"] = "http://" + c.r.Host + u.String()
	}
	out["paging"] = paging
	return out, nil
}

func makeCursor(at int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("at:" + strconv.Itoa(at)))
}

func readCursor(text string) (int, bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, false
	}
	at, err := strconv.Atoi(strings.TrimPrefix(string(b), "at:"))
	return at, err == nil && at >= 0
}
