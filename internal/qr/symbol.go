package qr

import (
	qrcode "github.com/skip2/go-qrcode"

	"tresen/internal/inbox"
)

// Level is how much of a code may be lost: L about 7 %, M 15 %, Q 25 %, H 30 %
// of its codewords (ISO/IEC 18004).
type Level int

// The levels. M is for clean paper indoors, Q for windows and wear, H for a centre image.
const (
	L Level = iota
	M
	Q
	H
)

// String returns the level's letter.
func (l Level) String() string { return [...]string{"L", "M", "Q", "H"}[l] }

// ParseLevel reads the letter of a level. The error names the field "level".
func ParseLevel(letter string) (Level, error) {
	for l := L; l <= H; l++ {
		if l.String() == letter {
			return l, nil
		}
	}
	return 0, inbox.InvalidField("level", "not one of L, M, Q, H")
}

// QuietZone is the empty border every code needs on each side, in modules
// (ISO/IEC 18004, 6.3.8).
const QuietZone = 4

// Symbol is the pattern of one code, without quiet zone.
type Symbol struct {
	Version int
	Level   Level
	// Modules is the number of modules along one side.
	Modules int

	dark [][]bool
}

// Dark says whether the module in column x of row y is dark; outside it is light.
func (s *Symbol) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < s.Modules && y < s.Modules && s.dark[y][x]
}

// Encode returns the smallest code for content at level or better: where a
// higher level fits into the same size, it costs nothing and is taken.
func Encode(content string, level Level) (*Symbol, error) {
	if content == "" {
		return nil, inbox.InvalidField("link", "missing")
	}
	best, err := fit(content, level)
	if err != nil {
		return nil, err
	}
	for l := level + 1; l <= H; l++ {
		better, err := fit(content, l)
		if err != nil || better.VersionNumber > best.VersionNumber {
			break
		}
		best, level = better, l
	}
	best.DisableBorder = true
	dark := best.Bitmap()
	return &Symbol{Version: best.VersionNumber, Level: level, Modules: len(dark), dark: dark}, nil
}

// fit chooses the version for content, without drawing it yet.
func fit(content string, level Level) (*qrcode.QRCode, error) {
	recovery := [...]qrcode.RecoveryLevel{qrcode.Low, qrcode.Medium, qrcode.High, qrcode.Highest}[level]
	code, err := qrcode.New(content, recovery)
	if err != nil {
		return nil, inbox.InvalidField("text", "too long for a QR code")
	}
	return code, nil
}

// reserved says whether a module belongs to a pattern a reader needs to find
// and straighten the code: finders with separators and format information,
// timing, alignment, version information.
func (s *Symbol) reserved(x, y int) bool {
	n := s.Modules
	inFinder := (x < 9 && y < 9) || (x >= n-8 && y < 9) || (x < 9 && y >= n-8)
	onTiming := x == 6 || y == 6
	versionInfo := s.Version >= 7 && ((x >= n-11 && y < 6) || (y >= n-11 && x < 6))
	if inFinder || onTiming || versionInfo {
		return true
	}
	centres := alignmentCentres(s.Version)
	for _, cx := range centres {
		for _, cy := range centres {
			if abs(x-cx) <= 2 && abs(y-cy) <= 2 {
				return true
			}
		}
	}
	return false
}

// alignmentCentres are the coordinates ISO/IEC 18004 annex E tabulates: evenly
// spaced by an even number, the odd rest goes into the first gap.
func alignmentCentres(version int) []int {
	if version == 1 {
		return nil
	}
	count := version/7 + 2
	last := 4*version + 10
	step := (last - 6 + (count-1)/2) / (count - 1)
	step += step % 2
	if version == 32 {
		step = 26
	}
	centres := make([]int, count)
	for i := range centres {
		centres[count-1-i] = last - i*step
	}
	centres[0] = 6
	return centres
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
