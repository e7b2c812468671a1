package app

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/setup"
	"tresen/internal/vault"
)

// Diagnosis returns a text for whoever helps with the computer. It holds no
// number, name, token, id or message; the person reads it before it is saved.
func (b *Health) Diagnosis() (text string, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return "", err
	}
	return b.app.diagnosis(s), nil
}

// SaveDiagnosis asks where to put that text and writes it there. The path is
// empty if the person changed their mind.
func (b *Health) SaveDiagnosis() (path string, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return "", err
	}
	text := b.app.diagnosis(s)
	path, err = b.app.cfg.SaveFile(fileName("Tresen-Diagnose "+time.Now().Format("2006-01-02")+".txt"), "*.txt")
	if err != nil {
		return "", &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a place for the file")}
	}
	if path == "" {
		return "", nil
	}
	if !strings.EqualFold(filepath.Ext(path), ".txt") {
		path = unused(path, ".txt")
	}
	return path, b.app.writeFile(path, []byte(text))
}

func (a *App) diagnosis(s *Session) string {
	var b strings.Builder
	now := s.cfg.now()
	line := func(name, value string) { fmt.Fprintf(&b, "%-22s %s\n", name, value) }
	b.WriteString("TRESEN DIAGNOSIS\n\n")
	line("version", a.cfg.Version)
	line("system", runtime.GOOS+"/"+runtime.GOARCH+" "+runtime.Version())
	line("time", now.UTC().Format(time.RFC3339))
	kind, err := vault.Kind(s.cfg.dir)
	line("protection", fmt.Sprint(kind, failed(err)))
	line("provider", s.account.Provider)
	line("way in", s.ownWays())
	queued, unclear, err := s.store.CountOutbox(s.ctx)
	line("queued, unclear", fmt.Sprint(queued, ", ", unclear, failed(err)))
	total, _, err := s.store.CountConversations(s.ctx)
	line("conversations", fmt.Sprint(total, failed(err)))
	b.WriteString("\nCHECKS\n\n")
	s.mu.Lock()
	look := s.look
	s.mu.Unlock()
	if look == nil {
		look = &healthLook{}
	}
	line("provider asked", ago(look.at, now))
	for _, f := range append(slices.Clone(look.roundTrip), s.present(look.Health).Findings()...) {
		line(string(f.State), finding(f, now))
	}
	if g, err := s.guide(); err == nil {
		b.WriteString("\nGUIDED SETUP\n\n")
		for _, name := range guideSteps(g.Provider) {
			for _, f := range g.Results[name].Findings {
				line(name+" "+string(f.State), finding(f, now))
			}
		}
	}
	b.WriteString("\nLOG\n\n")
	for _, text := range logTail(s.cfg.dir) {
		b.WriteString(text + "\n")
	}
	return b.String()
}

func failed(err error) string {
	if err == nil {
		return ""
	}
	return " (not readable)"
}

func (s *Session) ownWays() string {
	words := []string{}
	for _, w := range s.ways.States() {
		word := w.Name
		if w.Code != "" {
			word += " " + string(w.Code)
		}
		words = append(words, word)
	}
	if source := s.relaySourceNow(); source != nil {
		status := source.Status()
		words = append(words, fmt.Sprintf("(connected %v %q, computers %d)", status.Connected, status.Trouble, len(status.Mailbox.Devices)))
	}
	return strings.Join(words, " ")
}

// telling are the lines whose value is a word of Meta's or ours, never a name or number.
var telling = []string{"token.scope", "health.receiving", "health.number", "health.limit", "health.blocked", "health.roundTrip", "region.is", "region.registered", "region.differs"}

func finding(f setup.Finding, now time.Time) string {
	words := []string{f.Word}
	if f.Code != "" {
		words = append(words, string(f.Code))
	}
	if f.Count != 0 {
		words = append(words, fmt.Sprint(f.Count))
	}
	if f.Value != "" && slices.Contains(telling, f.Word) {
		words = append(words, f.Value)
	}
	if !f.At.IsZero() {
		words = append(words, ago(f.At, now))
	}
	return strings.Join(words, " ")
}

// ago is exact to the minute: when somebody wrote is nobody's business, that
// something came lately is.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	if at.After(now) {
		return "in " + at.Sub(now).Round(time.Hour).String()
	}
	return now.Sub(at).Round(time.Minute).String() + " ago"
}

// maxLogLines is how much of the technical log a diagnosis holds.
const maxLogLines = 200

// logTail returns the end of the log, which can hold nothing personal.
func logTail(dir string) []string {
	file, err := os.Open(filepath.Join(dir, "tresen.log"))
	if err != nil {
		return []string{"(none)"}
	}
	defer file.Close()
	var lines []string
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines = append(lines, scanner.Text())
		if len(lines) > maxLogLines {
			lines = lines[1:]
		}
	}
	return lines
}
