package print

// Design is one of the six looks. They share the typography and differ in
// ground, rules and alignment.
type Design string

// The designs.
const (
	Counter Design = "counter" // Tresen: white, a heavy bar, everything on one axis
	Window  Design = "window"  // Schaufenster: the headline on a block of colour
	Sign    Design = "sign"    // Rahmen: centred in a double frame, like an enamel sign
	Ledger  Design = "ledger"  // Karteikarte: ruled rows with labels
	Awning  Design = "awning"  // Markise: a striped awning above
	Evening Design = "evening" // Abend: a deep ground, the code on a white plate
)

// Designs lists them.
func Designs() []Design { return []Design{Counter, Window, Sign, Ledger, Awning, Evening} }

// look is what a design consists of.
type look struct {
	centred bool
	// block puts the head on the deep ground, full puts everything there.
	block, full bool
	bar         bool
	frame       bool
	rows        bool
	awning      bool
}

func (d Design) look() (look, bool) {
	l, ok := map[Design]look{
		Counter: {bar: true},
		Window:  {block: true},
		Sign:    {centred: true, frame: true},
		Ledger:  {rows: true},
		Awning:  {centred: true, awning: true},
		Evening: {full: true},
	}[d]
	return l, ok
}
