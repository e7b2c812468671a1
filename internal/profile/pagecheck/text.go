package pagecheck

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// content is what a visitor could read on a page without its scripts.
type content struct {
	title string
	// text has its spaces collapsed; words of different elements stay apart.
	text  string
	links []string
	ids   []string
}

// readPage never fails: a page that is no HTML has no text.
func readPage(contentType string, body []byte) content {
	var c content
	var text strings.Builder
	tokenizer := html.NewTokenizer(strings.NewReader(decode(contentType, body)))
	skip, inTitle := "", false
	for {
		switch kind := tokenizer.Next(); kind {
		case html.ErrorToken:
			c.text = collapse(text.String())
			c.title = collapse(c.title)
			return c
		case html.TextToken:
			if inTitle {
				c.title += string(tokenizer.Text())
			} else if skip == "" {
				text.Write(tokenizer.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			token := tokenizer.Token()
			switch {
			case token.Data == "title":
				inTitle = kind == html.StartTagToken
			case isSilent(token.Data) && kind == html.StartTagToken && skip == "":
				skip = token.Data
			case kind == html.EndTagToken && token.Data == skip:
				skip = ""
			}
			if !isInline(token.Data) {
				text.WriteByte(' ')
			}
			c.attributes(token)
		}
	}
}

func (c *content) attributes(token html.Token) {
	for _, a := range token.Attr {
		switch a.Key {
		case "href":
			c.links = append(c.links, a.Val)
		case "id", "name":
			c.ids = append(c.ids, a.Val)
		}
	}
}

func isSilent(tag string) bool {
	return tag == "script" || tag == "style" || tag == "template" || tag == "noscript" || tag == "iframe" || tag == "textarea"
}

func isInline(tag string) bool {
	switch tag {
	case "a", "abbr", "b", "bdi", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "u", "wbr", "font":
		return true
	}
	return false
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset=["']?\s*([a-z0-9_-]+)`)

// decode turns the page into UTF-8. Small shops' old pages are Latin-1, which
// browsers read as Windows-1252; anything else is read as UTF-8.
func decode(contentType string, body []byte) string {
	charset := ""
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		charset = params["charset"]
	}
	if found := metaCharset.FindSubmatch(body[:min(len(body), 4096)]); charset == "" && found != nil {
		charset = string(found[1])
	}
	switch strings.ToLower(charset) {
	case "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "us-ascii":
		return decodeWindows1252(body)
	}
	return strings.ToValidUTF8(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), "\uFFFD")
}

func decodeWindows1252(body []byte) string {
	upper := map[byte]rune{0x80: '€', 0x82: '‚', 0x84: '„', 0x85: '…', 0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x96: '–', 0x97: '—', 0xA4: '¤'}
	var out strings.Builder
	for _, b := range body {
		if r, ok := upper[b]; ok {
			out.WriteRune(r)
		} else {
			out.WriteRune(rune(b))
		}
	}
	return out.String()
}

func collapse(s string) string {
	s = strings.ReplaceAll(s, "\u00ad", "")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' }), " ")
}

// squeeze leaves letters and digits in lower case, so that "HRB 47-11" equals
// "hrb4711" and a line break in an address does not matter.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
