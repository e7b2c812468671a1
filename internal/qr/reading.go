package qr

import "math"

// Light is the answer of a check: green, yellow or red.
type Light int

// The lights, worst last.
const (
	Green Light = iota
	Yellow
	Red
)

// String returns the light's English name, which is also its code for the window.
func (l Light) String() string { return [...]string{"green", "yellow", "red"}[l] }

// Reason says what a Finding is about; the window has the words.
type Reason string

// The reasons.
const (
	ReasonModule   Reason = "module_size"      // mm per module
	ReasonEdge     Reason = "edge"             // mm, quiet zone included
	ReasonDots     Reason = "printer_dots"     // device dots per module
	ReasonDistance Reason = "reading_distance" // mm from which it reads well
	ReasonContrast Reason = "contrast"         // ratio against white
	ReasonText     Reason = "text_length"      // symbol version
)

// Finding is one result of a check: the measured value, and the limit below
// which it is worse than green.
type Finding struct {
	Light  Light
	Reason Reason
	Value  float64
	Limit  float64
}

// Limits of sizes in millimetres, from GS1 and the trade; below the second
// number a code is refused.
const (
	goodModule    = 0.5
	allowedModule = 0.4
	leastModule   = 0.25
	goodEdge      = 20.0
	leastEdge     = 17.0
	leastDots     = 4.0
	fineVersion   = 8
)

// Use is where a code will be read.
type Use struct {
	// Edge is the side of the code without its quiet zone, in mm.
	Edge float64
	// Distance is from where it shall be read, in mm; 0 leaves it open.
	Distance float64
	// DPI is the printer's resolution; 0 stands for 300.
	DPI float64
	// PoorLight stands for dusk, glass, an angle or a coloured code.
	PoorLight bool
}

// Judge tells whether a code of that size can be read there, one finding per rule.
func (c *Code) Judge(u Use) []Finding {
	if u.DPI == 0 {
		u.DPI = 300
	}
	module := u.Edge / float64(c.Symbol.Modules)
	across := c.WithMargin(u.Edge)
	findings := []Finding{
		{limits(module, allowedModule, leastModule), ReasonModule, module, allowedModule},
		{limits(across, goodEdge, leastEdge), ReasonEdge, across, goodEdge},
		{limits(module*u.DPI/25.4, leastDots, leastDots), ReasonDots, module * u.DPI / 25.4, leastDots},
		{limits(Contrast(c.Colour, White), MinContrast, MinContrast), ReasonContrast, Contrast(c.Colour, White), MinContrast},
	}
	if across < goodEdge && module < allowedModule {
		findings[1].Light = Red
	}
	if c.Symbol.Version > fineVersion {
		findings = append(findings, Finding{Yellow, ReasonText, float64(c.Symbol.Version), fineVersion})
	}
	if u.Distance > 0 {
		reach := c.Reach(u.Edge, u.PoorLight)
		findings = append(findings, Finding{limits(reach, u.Distance, u.Distance*0.7), ReasonDistance, reach, u.Distance})
	}
	return findings
}

// Reach is the distance in mm from which a code of that edge reads well: ten
// times its edge, eight in poor light or a colour other than black, less the
// finer its modules are than those of a plain code (25 modules).
func (c *Code) Reach(edge float64, poorLight bool) float64 {
	factor := 10.0
	if poorLight || c.Colour != Black {
		factor = 8
	}
	return edge * factor * math.Min(1, 25/float64(c.Symbol.Modules))
}

// Worst returns the worst light of findings.
func Worst(findings []Finding) Light {
	worst := Green
	for _, f := range findings {
		worst = max(worst, f.Light)
	}
	return worst
}

func limits(value, good, least float64) Light {
	const rounding = 1e-9
	switch {
	case value < least-rounding:
		return Red
	case value < good-rounding:
		return Yellow
	default:
		return Green
	}
}
