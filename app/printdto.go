package app

// PrintForm is everything a printed thing is made of, as the person typed it.
type PrintForm struct {
	// Kind and Paper name a layout; Design and Industry are words of PrintDesk.
	Kind     string `json:"kind"`
	Paper    string `json:"paper"`
	Design   string `json:"design"`
	Industry string `json:"industry"`
	// Language is de or en, of the print, whatever the window speaks.
	Language string `json:"language"`
	Number   string `json:"number"`
	// Text is what the customer finds already typed; Place stands in brackets at its end.
	Text  string `json:"text"`
	Place string `json:"place"`
	// Series are several places, one in a line, each with a copy of its own; it
	// takes the place of Place.
	Series string `json:"series"`
	// LinkCode is the code of one of WhatsApp's editable links; the link then has
	// its text from there, and Text repeats it.
	LinkCode  string `json:"linkCode"`
	Name      string `json:"name"`
	LegalName string `json:"legalName"`
	Address   string `json:"address"`
	Hours     string `json:"hours"`
	Phone     string `json:"phone"`
	Mail      string `json:"mail"`
	Privacy   string `json:"privacy"`
	Imprint   string `json:"imprint"`
	// Headline and Invitation replace the industry's words; usually empty.
	Headline   string `json:"headline"`
	Invitation string `json:"invitation"`
	// Accent is "#rrggbb".
	Accent string `json:"accent"`
	// Together puts several small things onto one sheet for the office printer.
	Together bool `json:"together"`
	// FirstLabel is the first free label of a sheet, from 1; Copies how many
	// labels to print, 0 fills the sheet. Offsets correct the printer, in mm to the
	// right and down.
	FirstLabel int     `json:"firstLabel"`
	Copies     int     `json:"copies"`
	OffsetX    float64 `json:"offsetX"`
	OffsetY    float64 `json:"offsetY"`
	// Bleed in mm and BlackOnly are for the print shop.
	Bleed     float64 `json:"bleed"`
	BlackOnly bool    `json:"blackOnly"`

	// Level is the least error correction: L, M, Q or H; CodeColour is "#rrggbb".
	Level      string `json:"level"`
	CodeColour string `json:"codeColour"`
	// Centre is empty, monogram (of Letters) or picture (the one SetCentre took).
	Centre  string `json:"centre"`
	Letters string `json:"letters"`
	// EdgeMM is the side of a code saved by itself, without its quiet zone.
	EdgeMM float64 `json:"edgeMm"`
}

// PrintDesk is what the window needs to show the form.
type PrintDesk struct {
	Form       PrintForm     `json:"form"`
	Layouts    []PrintLayout `json:"layouts"`
	Designs    []string      `json:"designs"`
	Industries []string      `json:"industries"`
	Limits     PrintLimits   `json:"limits"`
}

// PrintLayout is a kind on a paper; lengths in mm.
type PrintLayout struct {
	Kind     string  `json:"kind"`
	Paper    string  `json:"paper"`
	WidthMM  float64 `json:"widthMm"`
	HeightMM float64 `json:"heightMm"`
	// DistanceMM is from where the code shall be read.
	DistanceMM float64 `json:"distanceMm"`
	// Maker and Labels (per sheet) are set for sheets of labels.
	Maker  string `json:"maker"`
	Labels int    `json:"labels"`
	// Together is true if several fit onto an office sheet.
	Together bool `json:"together"`
}

// PrintLimits are the longest inputs in characters.
type PrintLimits struct {
	Name    int `json:"name"`
	Address int `json:"address"`
	Web     int `json:"web"`
	Hours   int `json:"hours"`
	Phone   int `json:"phone"`
	Text    int `json:"text"`
	Place   int `json:"place"`
	// Series is the greatest number of places, Headline and Invitation in characters.
	Series     int `json:"series"`
	Headline   int `json:"headline"`
	Invitation int `json:"invitation"`
}

// PrintPreview is the first page, or the code by itself, as it will be printed,
// and what its code is worth.
type PrintPreview struct {
	// Picture is in base64: a PNG of a page, an SVG of a code by itself.
	Picture  string  `json:"picture"`
	WidthMM  float64 `json:"widthMm"`
	HeightMM float64 `json:"heightMm"`
	Pages    int     `json:"pages"`
	// Light is green, yellow or red.
	Light string `json:"light"`
	// Exportable is false if the code must not be printed.
	Exportable bool `json:"exportable"`
	// Failed lists the disturbances the code did not survive; Findings holds only what is not green.
	Failed   []string       `json:"failed"`
	Findings []PrintFinding `json:"findings"`
	// Omitted names what found no room: hours, invitation, headline.
	Omitted []string `json:"omitted"`
	// EdgeMM is the code's side, ReachMM the distance from which it reads well,
	// Modules the number of squares along its side.
	EdgeMM  float64 `json:"edgeMm"`
	ReachMM float64 `json:"reachMm"`
	Modules int     `json:"modules"`
	// Level is the error correction the code has, which may be more than asked for.
	Level string `json:"level"`
	Link  string `json:"link"`
	// Text is what the customer finds typed, marker included.
	Text string `json:"text"`
	// Number is the number as it is printed; Doubtful if the numbering plan does not know it.
	Number   string       `json:"number"`
	Doubtful bool         `json:"doubtful"`
	Accent   PrintFinding `json:"accent"`
}

// PrintFinding is one result of a check: a value, and the limit below which it is worse than green.
type PrintFinding struct {
	Light  string  `json:"light"`
	Reason string  `json:"reason"`
	Value  float64 `json:"value"`
	Limit  float64 `json:"limit"`
}

// PrintExport asks for a file.
type PrintExport struct {
	Form PrintForm `json:"form"`
	// File is office or print-shop (PDF), page-svg, page-html (an accessible page),
	// calibration (PDF for a sheet of labels), or pdf, svg, eps, png (the code alone).
	File string `json:"file"`
	// FileName is proposed to the person, without ending.
	FileName string `json:"fileName"`
}

// PrintSaved says whether a file was written; it was not if the person chose no place.
type PrintSaved struct {
	Saved bool `json:"saved"`
}

// RegisterRow is one entry of the register of codes.
type RegisterRow struct {
	ID string `json:"id"`
	// Places are empty if the code names none; then nothing can be counted.
	Places []string `json:"places"`
	// Kind is a layout's kind, or code; Paper its format.
	Kind     string `json:"kind"`
	Paper    string `json:"paper"`
	URL      string `json:"url"`
	Text     string `json:"text"`
	LinkCode string `json:"linkCode"`

	PlacedAtMs  int64 `json:"placedAtMs"`
	RetiredAtMs int64 `json:"retiredAtMs"`
	PrintedAtMs int64 `json:"printedAtMs"`
	TestedAtMs  int64 `json:"testedAtMs"`
	Prints      int   `json:"prints"`
	// Conversations began with a message that named the place; Messages named it.
	Conversations int `json:"conversations"`
	Messages      int `json:"messages"`
}

// CodeTest is a trial of a code with a phone.
type CodeTest struct {
	// Picture is the code as SVG in base64.
	Picture string `json:"picture"`
	Link    string `json:"link"`
	Text    string `json:"text"`
	UntilMs int64  `json:"untilMs"`
	// PassedAtMs is when the message arrived, or 0.
	PassedAtMs int64 `json:"passedAtMs"`
}

// ShortLinkRow is one of WhatsApp's editable links.
type ShortLinkRow struct {
	Code string `json:"code"`
	URL  string `json:"url"`
	Text string `json:"text"`
	// Hanging says what was printed with it and hangs: its places, or the kind.
	Hanging []RegisterRow `json:"hanging"`
}

// ShortLinkRequest makes a link, or changes the text of the one with Code.
type ShortLinkRequest struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Place string `json:"place"`
}

// ShortLinkDeletion deletes a link. Hanging confirms that printed codes die with it.
type ShortLinkDeletion struct {
	Code    string `json:"code"`
	Hanging bool   `json:"hanging"`
}

// LandingRequest asks for a file for the shop's own web space.
type LandingRequest struct {
	Form PrintForm `json:"form"`
	// File is page (notice first) or redirect (straight on to WhatsApp).
	File     string `json:"file"`
	FileName string `json:"fileName"`
}

// DemoScanRequest lets a play customer scan a code.
type DemoScanRequest struct {
	CustomerID string `json:"customerId"`
	Link       string `json:"link"`
}
