package imprint

// Details is what the owner typed into the form. Fields that do not belong to
// the legal form stay empty.
type Details struct {
	Form Form `json:"form"`
	// Name is the company as registered, or a trade name beside the owner's.
	Name string `json:"name"`
	// People are the owner, the partners, the managing directors or the board,
	// depending on the form, with first and last names.
	People []string `json:"people"`
	// Partner is the general partner of a GmbH & Co. KG; People are its managers.
	Partner Company `json:"partner"`

	Street     string `json:"street"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Email      string `json:"email"`
	// Phone is written as it shall be shown, as "+49 30 1234567".
	Phone string `json:"phone"`

	Register Register `json:"register"`
	VATID    string   `json:"vatId"`
	// BusinessID is the German W-IdNr.
	BusinessID string `json:"businessId"`
	// Authority supervises an activity that needs a licence.
	Authority   Body       `json:"authority"`
	Profession  Profession `json:"profession"`
	Membership  string     `json:"membership"`
	Purpose     string     `json:"purpose"`
	Liquidation bool       `json:"liquidation"`
	// Editor is responsible for journalistic content.
	Editor  Body    `json:"editor"`
	Dispute Dispute `json:"dispute"`
}

// Register is an entry in a public register.
type Register struct {
	// Court keeps the register: a court, in Switzerland a canton's office.
	Court string `json:"court"`
	// Number carries its section, as "HRB 12345", "FN 123456a", "CHE-123.456.789".
	Number string `json:"number"`
}

// Company is a company inside a company.
type Company struct {
	Name     string   `json:"name"`
	Register Register `json:"register"`
}

// Body is an authority, a chamber's board or a person, with an address.
type Body struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Web     string `json:"web"`
}

// Profession is a regulated one: its title is protected by law.
type Profession struct {
	Title   string `json:"title"`
	State   string `json:"state"`
	Chamber Body   `json:"chamber"`
	Rules   string `json:"rules"`
	// RulesWeb is where the rules can be read.
	RulesWeb string `json:"rulesWeb"`
}

// Stance is what a shop says about alternative dispute resolution (§ 36 VSBG).
type Stance string

// The stances. Nothing needs to be said by who employed ten people or fewer on
// the last 31 December, unless obliged or willing. "In individual cases" is no
// clear stance (BGH, VIII ZR 265/18) and not offered.
const (
	StanceNone      Stance = ""
	StanceUnwilling Stance = "unwilling"
	StanceWilling   Stance = "willing"
	StanceObliged   Stance = "obliged"
)

// Dispute is the stance, and the body if willing or obliged.
type Dispute struct {
	Stance Stance `json:"stance"`
	Body   Body   `json:"body"`
}

// Pruned is without what the legal form does not ask for: what was typed for
// another form may stay in the owner's form, but not in a text.
func (d Details) Pruned() Details {
	items := Items(d.Form)
	if items == nil {
		return d
	}
	drop := map[Key]func(){
		KeyName: func() { d.Name = "" }, KeyPeople: func() { d.People = nil }, KeyPartner: func() { d.Partner = Company{} },
		KeyRegister: func() { d.Register = Register{} }, KeyVATID: func() { d.VATID = "" }, KeyBusinessID: func() { d.BusinessID = "" },
		KeyAuthority: func() { d.Authority = Body{} }, KeyMembership: func() { d.Membership = "" },
		KeyProfession: func() { d.Profession = Profession{} }, KeyPurpose: func() { d.Purpose = "" },
		KeyLiquidation: func() { d.Liquidation = false }, KeyEditor: func() { d.Editor = Body{} }, KeyDispute: func() { d.Dispute = Dispute{} },
	}
	for _, item := range items {
		delete(drop, item.Key)
	}
	for _, empty := range drop {
		empty()
	}
	return d
}
