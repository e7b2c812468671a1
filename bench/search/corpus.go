package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
)

const (
	conversations  = 2000
	inventedWords  = 30_000
	medianLength   = 88
	lengthSigma    = 0.8 // of the logarithm; gives a mean of about 123 bytes
	maxLength      = 4096
	averageSeconds = 60 // between two messages of the shop
)

// corpus makes messages in the manner of German shop talk: real words and
// invented ones, the frequency of a word being one over its rank.
type corpus struct {
	random *rand.Rand
	words  []string
	share  []float64 // cumulated frequency
	uses   []int
}

// newCorpus makes the words: the real ones first, then invented ones or, if a
// file is named, words of that file, one a line.
func newCorpus(seed uint64, file string) (*corpus, error) {
	c := &corpus{random: rand.New(rand.NewPCG(seed, 2026)), words: strings.Fields(realWords)}
	if file == "" {
		c.words = append(c.words, c.invent()...)
	} else {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		more := strings.Fields(string(text))
		c.random.Shuffle(len(more), func(i, j int) { more[i], more[j] = more[j], more[i] })
		c.words = append(c.words, more[:min(inventedWords, len(more))]...)
	}
	sum := 0.0
	for rank := range c.words {
		sum += 1 / float64(rank+1)
		c.share = append(c.share, sum)
	}
	c.uses = make([]int, len(c.words))
	return c, nil
}

// invent makes words of 50 syllables. Words so alike are harder to tell apart
// by groups of letters than real ones.
func (c *corpus) invent() []string {
	var syllables []string
	for len(syllables) < 50 {
		s := c.one("b d f g h k l m n p r s t w z sch st") + c.one("a e i o u ä ö ü ei au") + c.one("- - - n r l s t m")
		if s = strings.TrimSuffix(s, "-"); !slices.Contains(syllables, s) {
			syllables = append(syllables, s)
		}
	}
	var words []string
	known := map[string]bool{}
	for len(words) < inventedWords {
		word := ""
		for range 2 + c.random.IntN(3) {
			word += syllables[c.random.IntN(len(syllables))]
		}
		if !known[word] {
			known[word] = true
			words = append(words, word)
		}
	}
	return words
}

func (c *corpus) one(choices string) string {
	list := strings.Fields(choices)
	return list[c.random.IntN(len(list))]
}

func (c *corpus) word() int {
	at, _ := slices.BinarySearch(c.share, c.random.Float64()*c.share[len(c.share)-1])
	return min(at, len(c.words)-1)
}

func (c *corpus) text() string {
	length := int(math.Exp(math.Log(medianLength) + lengthSigma*c.random.NormFloat64()))
	length = min(max(length, 2), maxLength)
	var b strings.Builder
	for b.Len() < length {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		i := c.word()
		c.uses[i]++
		word := c.words[i]
		if c.random.IntN(4) == 0 || b.Len() == 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		b.WriteString(word)
		switch c.random.IntN(24) {
		case 0:
			b.WriteByte(',')
		case 1:
			b.WriteByte('.')
		case 2:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// write puts n messages into a file, newest first, as lines of place, message
// id and text. It returns the mean length of a text in bytes.
func (c *corpus) write(file string, n int) (mean float64, err error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var total int
	for place := range n {
		at = at.Add(-time.Duration(c.random.IntN(2*averageSeconds)) * time.Second)
		// Squaring makes few conversations long and most short.
		r := c.random.Float64()
		id, err := inbox.FirstMessageID(inbox.ConversationID(1+int(r*r*conversations)), at)
		if err != nil {
			return 0, err
		}
		text := c.text()
		total += len(text)
		if _, err := fmt.Fprintf(out, "%d\t%d\t%s\n", place, int64(id)+int64(place%inbox.MaxPerSecond), text); err != nil {
			return 0, err
		}
	}
	if err := out.Flush(); err != nil {
		return 0, err
	}
	return float64(total) / float64(n), f.Close()
}

const realWords = `
und die der das ist ich Sie wir für nicht mit ein zu auf es den im haben bitte noch auch kann von
eine Termin wie danke hallo morgen heute Uhr am um bei vielen Dank guten Tag Ihre Ihnen mir uns wenn schon
dann oder aber sehr gerne liebe Grüße Bestellung Rechnung Lieferung Montag Dienstag Mittwoch Donnerstag Freitag
Samstag Sonntag Woche Monat nächste letzte neue neuen groß klein Größe Farbe rot blau grün schwarz weiß Blumen
Strauß Kuchen Torte Brot Brötchen Fahrrad Reifen Bremse Reparatur Werkstatt Ersatzteil Schlüssel Schuhe Kleid Hose
Änderung Reinigung abholen bringen liefern bestellen bezahlen überweisen Konto Karte bar Preis Euro teuer günstig
Angebot Kostenvoranschlag Öffnungszeiten geöffnet geschlossen Feiertag Urlaub Straße Hausnummer Adresse Parkplatz
Telefon Nummer Nachricht Foto Bild schicken senden bekommen erhalten fertig dauert warten Wartezeit sofort später früher
Vormittag Nachmittag Abend Wunschtermin Terminänderung Absage absagen verschieben bestätigen Bestätigung möglich leider
natürlich vielleicht wahrscheinlich genau ungefähr Stück Paar Dutzend Kilo Meter Liter Müller Schmidt Schneider Fischer
Weber Meyer Wagner Becker Schulz Hoffmann Köln München Hamburg Berlin Frankfurt Zürich Wien Geschenk Gutschein
Geburtstag Hochzeit Taufe Kinder Familie Frau Herr Mutter Vater Freundin Problem kaputt defekt Garantie umtauschen`
