package main

import (
	"strings"
)

// class is a kind of query people type, with examples from the corpus.
type class struct {
	Name    string   `json:"name"`
	Queries []string `json:"queries"`
}

const perClass = 100

// classes picks queries after the corpus is written, when it is known how often
// each word occurs.
func (c *corpus) classes() []class {
	var rare, middle []string
	for i, word := range c.words {
		switch uses := c.uses[i]; {
		case uses >= 20 && uses <= 45 && i > len(c.words)/4:
			rare = append(rare, word)
		case i > 400 && i < 3000:
			middle = append(middle, word)
		}
	}
	if len(rare) < perClass {
		// Small corpora have no word that often at the end of the list.
		rare = c.words[len(c.words)/3 : len(c.words)/3+5*perClass]
	}
	return []class{
		{"common word", c.pick(c.words[2:120], func(w string) string { return w })},
		{"middling word", c.pick(middle, func(w string) string { return w })},
		{"rare word", c.pick(rare, func(w string) string { return w })},
		{"two common words", c.pick(c.words[60:220], func(w string) string { return w + " " + c.words[60+c.random.IntN(160)] })},
		{"common and rare word", c.pick(rare, func(w string) string { return c.words[20+c.random.IntN(100)] + " " + w })},
		{"part of a common word", c.pick(c.words[20:220], c.part)},
		{"part of a rare word", c.pick(rare, c.part)},
		{"no hit", c.pick(rare, func(w string) string { return w + "x" + w[:2] })},
		{"no hit, known syllables", c.pick(rare, func(w string) string { return c.unknown(w) })},
	}
}

func (c *corpus) pick(words []string, query func(string) string) []string {
	queries := make([]string, 0, perClass)
	for len(queries) < perClass {
		word := words[c.random.IntN(len(words))]
		if q := query(word); len(word) > 3 && q != "" {
			queries = append(queries, q)
		}
	}
	return queries
}

// part cuts three letters or more out of a word.
func (c *corpus) part(word string) string {
	letters := []rune(word)
	if len(letters) < 5 {
		return ""
	}
	from := 1 + c.random.IntN(len(letters)-4)
	return string(letters[from : from+3+c.random.IntN(len(letters)-from-3+1)])
}

// unknown joins halves of words into something no text contains.
func (c *corpus) unknown(word string) string {
	other := []rune(c.words[len(c.words)-1-c.random.IntN(1000)])
	letters := []rune(word)
	made := string(letters[:len(letters)/2+1]) + string(other[len(other)/2:]) + string(letters[len(letters)/2:])
	for _, w := range c.words {
		if strings.Contains(w, made) {
			return ""
		}
	}
	return made
}
