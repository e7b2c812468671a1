package template

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Limits, in characters or pieces. (Meta docs: Template components.)
const (
	MaxName    = 512
	MaxHeader  = 60
	MaxBody    = 1024
	MaxFooter  = 60
	MaxButton  = 25
	MaxButtons = 10
	MaxURL     = 2000
	MaxCode    = 15
	maxURLs    = 2
	maxPhone   = 20
)

// Rule is a rule of Meta that a template breaks.
type Rule string

// The rules. The numbers are Meta's for the same refusal, where there is one.
const (
	RuleEmpty        Rule = "empty"
	RuleLong         Rule = "long"
	RuleName         Rule = "name"          // lower-case letters, digits and underscores only
	RuleLanguage     Rule = "language"      // a language code such as de or en_US
	RuleCategory     Rule = "category"      // utility or marketing
	RuleOneLine      Rule = "one_line"      // no line breaks
	RuleEdge         Rule = "edge"          // no variable at the start or end (2388299)
	RuleRatio        Rule = "ratio"         // too many variables for so few words (2388293)
	RuleVariables    Rule = "variables"     // numbered 1, 2, 3 … or all named, not mixed
	RuleNoVariable   Rule = "no_variable"   // none allowed here
	RuleOneVariable  Rule = "one_variable"  // one at most
	RuleURLVariable  Rule = "url_variable"  // only at the very end of a web address
	RuleExample      Rule = "example"       // every variable needs an example
	RuleFile         Rule = "file"          // an example file is needed
	RuleURL          Rule = "url"           // a web address
	RulePhone        Rule = "phone"         // a telephone number with country code
	RuleTooMany      Rule = "too_many"      // more buttons, or more of one type, than allowed
	RuleGrouped      Rule = "grouped"       // quick replies must stand together
	RuleTwice        Rule = "twice"         // two quick replies with the same words
	RuleButton       Rule = "button"        // a type that cannot be created here
	RuleManyNewlines Rule = "many_newlines" // more than two line breaks in a row
)

// Problem is one thing Meta would refuse. Field is header, body, footer, name,
// language, category, buttons or buttons.0 and so on.
type Problem struct {
	Field string
	Rule  Rule
	// Limit is the number that was passed, or 0.
	Limit int
}

var (
	templateName = regexp.MustCompile(`^[a-z0-9_]+$`)
	languageCode = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2,3})?$`)
	variableName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	phoneNumber  = regexp.MustCompile(`^\+[0-9]{6,19}$`)
	anyVariable  = regexp.MustCompile(`\{\{[^{}]*\}\}`)
)

type checker struct {
	t        inbox.Template
	problems []Problem
}

func (c *checker) add(field string, rule Rule, limit ...int) {
	p := Problem{Field: field, Rule: rule}
	if len(limit) > 0 {
		p.Limit = limit[0]
	}
	c.problems = append(c.problems, p)
}

// Check returns what Meta would refuse about a new template; nothing means that
// it may be handed in. The review itself may still say no.
func Check(t inbox.Template) []Problem {
	c := &checker{t: t}
	switch {
	case t.Name == "":
		c.add("name", RuleEmpty)
	case len(t.Name) > MaxName:
		c.add("name", RuleLong, MaxName)
	case !templateName.MatchString(t.Name):
		c.add("name", RuleName)
	}
	if !languageCode.MatchString(t.Language) {
		c.add("language", RuleLanguage)
	}
	if t.Category != inbox.CategoryUtility && t.Category != inbox.CategoryMarketing {
		c.add("category", RuleCategory)
	}
	c.header()
	c.body()
	if c.text("footer", t.Footer, 0, MaxFooter) && len(inbox.Variables(t.Footer)) > 0 {
		c.add("footer", RuleNoVariable)
	}
	c.buttons()
	return c.problems
}

// text checks a text's length and reports whether the rest can be looked at.
func (c *checker) text(field, text string, least, most int) bool {
	switch n := utf8.RuneCountInString(text); {
	case least > 0 && strings.TrimSpace(text) == "":
		c.add(field, RuleEmpty)
	case n > most || !utf8.ValidString(text):
		c.add(field, RuleLong, most)
	case field != "body" && strings.IndexFunc(text, unicode.IsControl) >= 0:
		c.add(field, RuleOneLine)
	default:
		return true
	}
	return false
}

func (c *checker) header() {
	h := c.t.Header
	if h == nil {
		return
	}
	if h.Format != inbox.HeaderText {
		if h.Format != inbox.HeaderLocation && h.Handle == "" {
			c.add("header", RuleFile)
		}
		return
	}
	if !c.text("header", h.Text, 1, MaxHeader) {
		return
	}
	names := inbox.Variables(h.Text)
	c.variables("header", h.Text, names)
	switch {
	case len(names) > 1:
		c.add("header", RuleOneVariable)
	case len(names) == 1 && strings.TrimSpace(h.Example) == "":
		c.add("header", RuleExample)
	}
}

func (c *checker) body() {
	text := strings.TrimSpace(c.t.Body)
	if !c.text("body", text, 1, MaxBody) {
		return
	}
	if strings.Contains(strings.ReplaceAll(text, "\r", ""), "\n\n\n") {
		c.add("body", RuleManyNewlines)
	}
	names := inbox.Variables(text)
	if len(names) == 0 {
		c.variables("body", text, names)
		return
	}
	spots := anyVariable.FindAllStringIndex(text, -1)
	if spots[0][0] == 0 || spots[len(spots)-1][1] == len(text) {
		c.add("body", RuleEdge)
	}
	if words := len(strings.Fields(anyVariable.ReplaceAllString(text, ""))); words < 2*len(spots)+1 {
		c.add("body", RuleRatio)
	}
	c.variables("body", text, names)
	for _, name := range names {
		if strings.TrimSpace(c.t.Examples[name]) == "" {
			c.add("body", RuleExample)
			return
		}
	}
}

// variables checks how variables are written: numbers from 1 on without gaps,
// or names.
func (c *checker) variables(field, text string, names []string) {
	written := map[string]bool{}
	for _, found := range anyVariable.FindAllString(text, -1) {
		written[found] = true
	}
	readable := map[string]bool{}
	for _, name := range names {
		readable[name] = true
	}
	ok := true
	for found := range written {
		ok = ok && readable[strings.TrimSpace(strings.Trim(found, "{}"))]
	}
	for i, name := range names {
		n, err := strconv.Atoi(name)
		switch {
		case c.t.Named:
			ok = ok && variableName.MatchString(name)
		case err != nil || n < 1 || n > len(names) || field == "header" && i > 0:
			ok = false
		}
	}
	if !ok {
		c.add(field, RuleVariables)
	}
}

func (c *checker) buttons() {
	if len(c.t.Buttons) > MaxButtons {
		c.add("buttons", RuleTooMany, MaxButtons)
		return
	}
	count := map[inbox.ButtonType]int{}
	titles := map[string]bool{}
	for i, b := range c.t.Buttons {
		count[b.Type]++
		field := "buttons." + strconv.Itoa(i)
		if b.Type != inbox.ButtonCopyCode {
			c.text(field, b.Text, 1, MaxButton)
		}
		if b.Type == inbox.ButtonQuickReply && b.Text != "" && titles[b.Text] {
			c.add(field, RuleTwice)
		}
		titles[b.Text] = titles[b.Text] || b.Type == inbox.ButtonQuickReply
		c.button(field, b)
	}
	if count[inbox.ButtonURL] > maxURLs || count[inbox.ButtonPhone] > 1 || count[inbox.ButtonCopyCode] > 1 {
		c.add("buttons", RuleTooMany)
	}
	if !grouped(c.t.Buttons) {
		c.add("buttons", RuleGrouped)
	}
}

func (c *checker) button(field string, b inbox.TemplateButton) {
	switch b.Type {
	case inbox.ButtonQuickReply, inbox.ButtonFlow, inbox.ButtonCall:
		if b.Type == inbox.ButtonFlow && b.FlowID == "" {
			c.add(field, RuleButton)
		}
	case inbox.ButtonURL:
		names := inbox.Variables(b.URL)
		plain := anyVariable.ReplaceAllString(b.URL, "")
		switch {
		case len(b.URL) > MaxURL:
			c.add(field, RuleLong, MaxURL)
		case !inbox.IsWebAddress(plain):
			c.add(field, RuleURL)
		case len(names) > 0 && (len(names) > 1 || names[0] != "1" || !strings.HasSuffix(b.URL, "}}")):
			c.add(field, RuleURLVariable)
		case len(names) > 0 && !inbox.IsWebAddress(b.Example):
			c.add(field, RuleExample)
		}
	case inbox.ButtonPhone:
		if !phoneNumber.MatchString(b.Phone) {
			c.add(field, RulePhone)
		}
	case inbox.ButtonCopyCode:
		if n := utf8.RuneCountInString(b.Example); n < 1 {
			c.add(field, RuleExample)
		} else if n > MaxCode {
			c.add(field, RuleLong, MaxCode)
		}
	default:
		c.add(field, RuleButton)
	}
}

// grouped reports whether the quick replies stand side by side.
func grouped(buttons []inbox.TemplateButton) bool {
	changes := 0
	for i := 1; i < len(buttons); i++ {
		if (buttons[i].Type == inbox.ButtonQuickReply) != (buttons[i-1].Type == inbox.ButtonQuickReply) {
			changes++
		}
	}
	return changes <= 1
}
