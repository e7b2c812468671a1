package sensitive

import (
	"slices"
	"strings"
	"unicode"
)

// numbers finds numbers whose check digits fit.
func numbers(text string, words []string) (kinds []Kind) {
	papers := slices.ContainsFunc(words, func(w string) bool {
		w = strings.ToLower(w)
		return strings.HasSuffix(w, "ausweis") || strings.HasPrefix(w, "ausweis") || strings.HasPrefix(w, "personalausweis") || strings.HasPrefix(w, "reisepass") || w == "passport"
	})
	for _, run := range runs(text) {
		switch {
		case isIBAN(run.joined):
			kinds = append(kinds, IBAN)
		case !run.plus && isCard(run.joined):
			kinds = append(kinds, Card)
		case !run.plus && isTaxID(run.joined):
			kinds = append(kinds, TaxID)
		case isHealthNumber(run.joined) || isPensionNumber(run.joined):
			kinds = append(kinds, Insurance)
		case isDocument(run.joined, papers):
			kinds = append(kinds, Document)
		}
	}
	return kinds
}

// run is letters and digits that may be one number written in groups.
type run struct {
	joined string
	// plus is true for what is written like a telephone number.
	plus bool
}

// maxGroups bounds how many groups belong to one number: an IBAN has up to nine.
const maxGroups = 10

// runs returns every sequence of neighbouring groups of A–Z and 0–9, joined.
// Groups are separated by one space, hyphen, dot or slash.
func runs(text string) (list []run) {
	type group struct {
		text  string
		plus  bool
		joins bool // to the one before, by one separator
	}
	var groups []group
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if !isASCIIAlnum(runes[i]) {
			i++
			continue
		}
		start := i
		for i < len(runes) && isASCIIAlnum(runes[i]) {
			i++
		}
		g := group{text: strings.ToUpper(string(runes[start:i]))}
		g.plus = start > 0 && runes[start-1] == '+'
		g.joins = len(groups) > 0 && start > 1 && isSeparator(runes[start-1]) && isASCIIAlnum(runes[start-2])
		glued := start > 0 && unicode.IsLetter(runes[start-1]) || i < len(runes) && unicode.IsLetter(runes[i])
		if glued {
			g.text = "" // part of a longer word
		}
		groups = append(groups, g)
	}
	for i, first := range groups {
		if first.text == "" || !strings.ContainsAny(first.text, "0123456789") && len(first.text) > 2 {
			continue
		}
		var joined strings.Builder
		for n := i; n < len(groups) && n < i+maxGroups; n++ {
			if groups[n].text == "" || n > i && !groups[n].joins {
				break
			}
			joined.WriteString(groups[n].text)
			if joined.Len() > maxNumber {
				break
			}
			if joined.Len() >= minNumber {
				list = append(list, run{joined.String(), first.plus})
			}
		}
	}
	return list
}

// The shortest and the longest number looked for.
const (
	minNumber = 9
	maxNumber = 34
)

func isASCIIAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

func isSeparator(r rune) bool { return strings.ContainsRune(" -./\u00a0\u202f", r) }

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// ibanLength has the countries a European shop meets (SWIFT's IBAN registry).
var ibanLength = map[string]int{
	"AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
	"GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18,
	"NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "VA": 22,
}

// isIBAN checks length and the checksum of ISO 13616 (modulo 97).
func isIBAN(s string) bool {
	if len(s) < 15 || ibanLength[s[:2]] != len(s) || !digits(s[2:4]) {
		return false
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}

// isCard checks issuer, length and the checksum of ISO/IEC 7812 (Luhn).
func isCard(s string) bool {
	if !digits(s) || !cardIssuer(s) {
		return false
	}
	sum := 0
	for i, c := range s {
		d := int(c - '0')
		if (len(s)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func cardIssuer(s string) bool {
	two, four := s[:2], s[:4]
	switch len(s) {
	case 13, 19:
		return s[0] == '4'
	case 14:
		return two == "36" || two == "38" || two >= "30" && four >= "3000" && four <= "3059"
	case 15:
		return two == "34" || two == "37"
	case 16:
		return s[0] == '4' || two >= "51" && two <= "55" || four >= "2221" && four <= "2720" || four == "6011" || two == "65" || two == "35"
	}
	return false
}

// isTaxID checks the German tax identification number (§ 139b AO): eleven
// digits, one of the first ten occurs twice or three times, check digit by ISO
// 7064 MOD 11,10.
func isTaxID(s string) bool {
	if len(s) != 11 || !digits(s) || s[0] == '0' {
		return false
	}
	var count [10]int
	product := 10
	for _, c := range s[:10] {
		count[c-'0']++
		sum := (int(c-'0') + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	repeated := 0
	for _, n := range count {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1 && (11-product)%10 == int(s[10]-'0')
}

// isHealthNumber checks the number on a German health insurance card (§ 290
// SGB V): a letter and nine digits, the last of them a check digit.
func isHealthNumber(s string) bool {
	if len(s) != 10 || s[0] < 'A' || s[0] > 'Z' || !digits(s[1:]) {
		return false
	}
	sum := crossSums(letterDigits(s[0])+s[1:9], []int{1, 2})
	return sum%10 == int(s[9]-'0')
}

// isPensionNumber checks a German pension insurance number (§ 147 SGB VI):
// area, date of birth, a letter, a serial number, a check digit.
func isPensionNumber(s string) bool {
	if len(s) != 12 || !digits(s[:8]) || s[8] < 'A' || s[8] > 'Z' || !digits(s[9:]) {
		return false
	}
	if day, month := s[2:4], s[4:6]; month == "00" || month > "12" || day == "00" || day > "31" && day < "51" || day > "81" {
		return false
	}
	sum := crossSums(s[:8]+letterDigits(s[8])+s[9:11], []int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1})
	return sum%10 == int(s[11]-'0')
}

// letterDigits writes a letter as its place in the alphabet, with two digits.
func letterDigits(c byte) string {
	n := c - 'A' + 1
	return string([]byte{'0' + n/10, '0' + n%10})
}

// crossSums adds the cross sums of each digit times its weight.
func crossSums(s string, weights []int) (sum int) {
	for i, c := range s {
		p := int(c-'0') * weights[i%len(weights)]
		sum += p/10 + p%10
	}
	return sum
}

// documentLetters are the letters German papers use: none that look like digits or make words.
const documentLetters = "CFGHJKLMNPRTVWXYZ"

// isDocument checks the serial number of a German identity card or passport
// with its check digit (ICAO Doc 9303, weights 7, 3, 1). Without the check digit
// it counts only beside a word for such papers.
func isDocument(s string, papers bool) bool {
	if len(s) == 11 && s[10] == 'D' {
		s = s[:10]
	}
	if len(s) != 10 && !(papers && len(s) == 9) {
		return false
	}
	if !strings.ContainsRune(documentLetters, rune(s[0])) || strings.Trim(s[:9], documentLetters+"0123456789") != "" {
		return false
	}
	if n := strings.Count(strings.Map(markDigit, s[:9]), "0"); n < 3 {
		return false
	}
	if len(s) == 9 {
		return true
	}
	sum := 0
	for i, c := range s[:9] {
		v := int(c - '0')
		if c >= 'A' {
			v = int(c-'A') + 10
		}
		sum += v * []int{7, 3, 1}[i%3]
	}
	return sum%10 == int(s[9])-'0'
}

func markDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return '-'
}
