package inbox

import (
	"regexp"
	"slices"
	"time"
)

// TemplateID is Meta's id of a message template.
type TemplateID string

// TemplateCategory is what Meta charges and permits a template as.
type TemplateCategory string

// The categories. (Meta docs: Template categorization.)
const (
	CategoryUtility        TemplateCategory = "UTILITY"
	CategoryMarketing      TemplateCategory = "MARKETING"
	CategoryAuthentication TemplateCategory = "AUTHENTICATION"
)

// TemplateStatus is where a template stands in Meta's review. New words may come.
type TemplateStatus string

// The statuses this program acts on. (Meta docs: Message templates.)
const (
	TemplateApproved TemplateStatus = "APPROVED"
	TemplatePending  TemplateStatus = "PENDING"
	TemplateRejected TemplateStatus = "REJECTED"
	TemplatePaused   TemplateStatus = "PAUSED"
	TemplateDisabled TemplateStatus = "DISABLED"
)

// Template is a text Meta has to approve before it may be sent outside the
// customer service window. It is the shop's own and says nothing about anybody.
type Template struct {
	ID       TemplateID       `json:"id"`
	Name     string           `json:"n"`
	Language string           `json:"l"`
	Category TemplateCategory `json:"c"`
	Status   TemplateStatus   `json:"s"`
	// Reason is Meta's word for why it was rejected or paused, or empty.
	Reason string `json:"r,omitempty"`
	// Quality is GREEN, YELLOW, RED or UNKNOWN, or empty.
	Quality string `json:"q,omitempty"`
	// Named is true if the variables have names instead of numbers.
	Named   bool             `json:"nm,omitempty"`
	Header  *TemplateHeader  `json:"h,omitempty"`
	Body    string           `json:"b"`
	Footer  string           `json:"f,omitempty"`
	Buttons []TemplateButton `json:"bt,omitempty"`
	// Examples show the reviewer what stands in the variables, by name or number.
	Examples map[string]string `json:"ex,omitempty"`
	// Others are the types of components this program cannot fill in.
	Others []string `json:"o,omitempty"`
	// NextCategory is the category Meta will change to at NextCategoryAt, or empty.
	NextCategory   TemplateCategory `json:"nc,omitempty"`
	NextCategoryAt time.Time        `json:"na,omitzero"`
}

// HeaderFormat is what a template's header consists of.
type HeaderFormat string

// The formats. (Meta docs: Template components.)
const (
	HeaderText     HeaderFormat = "TEXT"
	HeaderImage    HeaderFormat = "IMAGE"
	HeaderVideo    HeaderFormat = "VIDEO"
	HeaderDocument HeaderFormat = "DOCUMENT"
	HeaderLocation HeaderFormat = "LOCATION"
)

// TemplateHeader stands above a template's body.
type TemplateHeader struct {
	Format HeaderFormat `json:"f"`
	// Text is set for HeaderText; it may hold one variable.
	Text string `json:"t,omitempty"`
	// Example fills Text's variable for the reviewer.
	Example string `json:"e,omitempty"`
	// Handle names an uploaded example of a file when a template is created.
	Handle string `json:"-"`
}

// ButtonType is what a template's button does.
type ButtonType string

// The button types. (Meta docs: Template components, buttons.)
const (
	ButtonQuickReply ButtonType = "QUICK_REPLY"
	ButtonURL        ButtonType = "URL"
	ButtonPhone      ButtonType = "PHONE_NUMBER"
	ButtonCopyCode   ButtonType = "COPY_CODE"
	ButtonFlow       ButtonType = "FLOW"
	ButtonCall       ButtonType = "VOICE_CALL"
	ButtonOTP        ButtonType = "OTP"
	ButtonCatalog    ButtonType = "CATALOG"
	ButtonProducts   ButtonType = "MPM"
)

// TemplateButton is one button below a template.
type TemplateButton struct {
	Type ButtonType `json:"ty"`
	Text string     `json:"t,omitempty"`
	// URL may end in one variable, {{1}}.
	URL   string `json:"u,omitempty"`
	Phone string `json:"p,omitempty"`
	// Example fills the URL's variable or the code for the reviewer.
	Example string `json:"e,omitempty"`
	FlowID  string `json:"fl,omitempty"`
}

// TemplateMessage is a template as it was filled in for one person.
type TemplateMessage struct {
	Name     string           `json:"n"`
	Language string           `json:"l"`
	Category TemplateCategory `json:"c"`
	// HeaderFormat is empty without a header. A file is the message's Media, a place its Location.
	HeaderFormat HeaderFormat `json:"hf,omitempty"`
	// Header, Body and Footer are what the person reads.
	Header  string           `json:"h,omitempty"`
	Body    string           `json:"b"`
	Footer  string           `json:"f,omitempty"`
	Buttons []TemplateButton `json:"bt,omitempty"`
	// Values are what was filled in, in the order of the components.
	Values []TemplateValue `json:"v,omitempty"`
	// Purpose is the purpose of the consent it relies on, or empty if it needs none.
	Purpose string `json:"p,omitempty"`
}

// TemplatePart is the component a value belongs to.
type TemplatePart string

// The parts that can hold values.
const (
	PartHeader TemplatePart = "header"
	PartBody   TemplatePart = "body"
	PartButton TemplatePart = "button"
)

// TemplateValue is what stands in one variable of a template.
type TemplateValue struct {
	Part TemplatePart `json:"p"`
	// Button counts from 0; it is used with PartButton.
	Button int        `json:"i,omitempty"`
	Type   ButtonType `json:"ty,omitempty"`
	// Name is the variable's name, or empty where variables are numbered.
	Name string `json:"n,omitempty"`
	Text string `json:"t"`
}

// TemplateChanged is Meta's report that a template's state changed. Fields that
// did not change are empty.
type TemplateChanged struct {
	ID       TemplateID
	Status   TemplateStatus
	Reason   string
	Category TemplateCategory
	Quality  string
	// NextCategory will hold from NextCategoryAt on.
	NextCategory   TemplateCategory
	NextCategoryAt time.Time
	At             time.Time
}

func (TemplateChanged) event() {}

var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Variables lists the different variables of a template's text in the order in
// which they first stand there: numbers, or names where Named is set.
func Variables(text string) []string {
	var names []string
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// FillVariables puts values in the place of variables; one without a value stays.
func FillVariables(text string, values map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		if value, ok := values[variable.FindStringSubmatch(found)[1]]; ok {
			return value
		}
		return found
	})
}
