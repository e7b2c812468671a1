package imprint

import "slices"

// Jurisdiction is the country whose law applies.
type Jurisdiction string

// The jurisdictions.
const (
	Germany     Jurisdiction = "DE"
	Austria     Jurisdiction = "AT"
	Switzerland Jurisdiction = "CH"
)

// Jurisdictions lists all of them.
func Jurisdictions() []Jurisdiction { return []Jurisdiction{Germany, Austria, Switzerland} }

// Form is a legal form in one jurisdiction.
type Form string

// The legal forms. The German ones follow the table of fields by legal form
// that the program's legal notes give; sole traders there are not registered.
const (
	DESole      Form = "de-sole"
	DEFreelance Form = "de-freelance"
	DEEK        Form = "de-ek"
	DEGbR       Form = "de-gbr"
	DEeGbR      Form = "de-egbr"
	DEOHG       Form = "de-ohg"
	DEKG        Form = "de-kg"
	DEGmbHCoKG  Form = "de-gmbhcokg"
	DEUG        Form = "de-ug"
	DEGmbH      Form = "de-gmbh"
	DEVerein    Form = "de-verein"

	ATSole      Form = "at-sole"
	ATFreelance Form = "at-freelance"
	ATEU        Form = "at-eu"
	ATOG        Form = "at-og"
	ATKG        Form = "at-kg"
	ATGmbH      Form = "at-gmbh"
	ATVerein    Form = "at-verein"

	CHSole      Form = "ch-sole"
	CHKollektiv Form = "ch-kollektiv"
	CHGmbH      Form = "ch-gmbh"
	CHAG        Form = "ch-ag"
	CHVerein    Form = "ch-verein"
)

// Key names an item of an imprint; the form has a field of that name.
type Key string

// The items.
const (
	KeyName        Key = "name"
	KeyPeople      Key = "people"
	KeyPartner     Key = "partner"
	KeyAddress     Key = "address"
	KeyEmail       Key = "email"
	KeyPhone       Key = "phone"
	KeyRegister    Key = "register"
	KeyVATID       Key = "vatId"
	KeyBusinessID  Key = "businessId"
	KeyAuthority   Key = "authority"
	KeyProfession  Key = "profession"
	KeyMembership  Key = "membership"
	KeyPurpose     Key = "purpose"
	KeyLiquidation Key = "liquidation"
	KeyEditor      Key = "editor"
	KeyDispute     Key = "dispute"
)

// Need says whether an item must be there.
type Need string

// Required items are missing if empty. Others are named if the shop has them:
// whether it does, only the shop knows.
const (
	Required Need = "required"
	IfAny    Need = "ifAny"
)

// Item is one thing an imprint says, and the norm that asks for it.
type Item struct {
	Key  Key
	Need Need
	Norm string
}

// rules is what one legal form needs beyond its country's common items.
type rules struct {
	name, people, partner, register, liquidation Need
	// role is the label of the people.
	role string
	// least is how many people there must be: a partnership has two, and all of
	// them are named.
	least int
	// marks are the endings of which the name must carry one.
	marks []string
	// register numbers begin with this.
	prefix string
}

func formRules() map[Form]rules {
	oneOwner := rules{name: IfAny, people: Required, role: "owner"}
	return map[Form]rules{
		DESole:      oneOwner,
		DEFreelance: oneOwner,
		DEEK: {name: Required, people: Required, role: "owner", register: Required, prefix: "HRA",
			marks: []string{"e.K.", "e. K.", "e.Kfm.", "e. Kfm.", "e.Kfr.", "e. Kfr.", "eingetragener Kaufmann", "eingetragene Kauffrau"}},
		DEGbR:  {name: IfAny, people: Required, role: "partners", least: 2},
		DEeGbR: {name: Required, people: Required, role: "partners", least: 2, register: Required, prefix: "GsR", marks: []string{"eGbR", "eingetragene Gesellschaft bürgerlichen Rechts"}},
		DEOHG:  {name: Required, people: Required, role: "representatives", register: Required, prefix: "HRA", marks: []string{"OHG", "oHG", "offene Handelsgesellschaft", "Offene Handelsgesellschaft"}},
		DEKG:   {name: Required, people: Required, role: "generalPartners", register: Required, prefix: "HRA", marks: []string{"KG", "Kommanditgesellschaft"}},
		DEGmbHCoKG: {name: Required, people: Required, partner: Required, role: "managers", register: Required, prefix: "HRA",
			marks: []string{"& Co. KG", "& Co KG", "& Co. Kommanditgesellschaft"}},
		DEUG: {name: Required, people: Required, role: "managers", register: Required, liquidation: IfAny, prefix: "HRB",
			marks: []string{"UG (haftungsbeschränkt)", "Unternehmergesellschaft (haftungsbeschränkt)"}},
		DEGmbH: {name: Required, people: Required, role: "managers", register: Required, liquidation: IfAny, prefix: "HRB",
			marks: []string{"GmbH", "mbH", "Gesellschaft mit beschränkter Haftung"}},
		DEVerein: {name: Required, people: Required, role: "board", register: Required, prefix: "VR", marks: []string{"e.V.", "e. V.", "eingetragener Verein"}},

		ATSole:      oneOwner,
		ATFreelance: oneOwner,
		ATEU:        {name: Required, people: Required, role: "owner", register: Required, prefix: "FN", marks: []string{"e.U.", "e. U.", "eingetragener Unternehmer", "eingetragene Unternehmerin"}},
		ATOG:        {name: Required, people: IfAny, role: "representatives", register: Required, prefix: "FN", marks: []string{"OG", "offene Gesellschaft"}},
		ATKG:        {name: Required, people: IfAny, role: "generalPartners", register: Required, prefix: "FN", marks: []string{"KG", "Kommanditgesellschaft"}},
		ATGmbH:      {name: Required, people: IfAny, role: "managers", register: Required, prefix: "FN", marks: []string{"GmbH", "mbH", "Gesellschaft mit beschränkter Haftung"}},
		ATVerein:    {name: Required, people: IfAny, role: "board", register: Required, prefix: "ZVR"},

		CHSole:      {name: IfAny, people: Required, role: "owner", register: IfAny, prefix: "CHE"},
		CHKollektiv: {name: Required, people: IfAny, role: "partners", register: Required, prefix: "CHE", marks: []string{"KLG", "KlG", "Kollektivgesellschaft"}},
		CHGmbH:      {name: Required, people: IfAny, role: "managers", register: Required, prefix: "CHE", marks: []string{"GmbH", "Sàrl", "Sagl"}},
		CHAG:        {name: Required, people: IfAny, role: "board", register: Required, prefix: "CHE", marks: []string{"AG", "SA"}},
		CHVerein:    {name: Required, people: IfAny, role: "board", register: IfAny, prefix: "CHE"},
	}
}

// Forms lists the legal forms of a jurisdiction, in the order to show them.
func Forms(j Jurisdiction) []Form {
	switch j {
	case Germany:
		return []Form{DESole, DEFreelance, DEEK, DEGbR, DEeGbR, DEOHG, DEKG, DEGmbHCoKG, DEUG, DEGmbH, DEVerein}
	case Austria:
		return []Form{ATSole, ATFreelance, ATEU, ATOG, ATKG, ATGmbH, ATVerein}
	case Switzerland:
		return []Form{CHSole, CHKollektiv, CHGmbH, CHAG, CHVerein}
	}
	return nil
}

// Jurisdiction returns the country of a form, or "" for an unknown one.
func (f Form) Jurisdiction() Jurisdiction {
	for _, j := range Jurisdictions() {
		if slices.Contains(Forms(j), f) {
			return j
		}
	}
	return ""
}

// Items lists what an imprint of this form holds, required or if there is any.
// What is not listed does not belong there. An unknown form has no items.
func Items(f Form) []Item {
	r, known := formRules()[f]
	if !known {
		return nil
	}
	var items []Item
	add := func(key Key, need Need, norm string) {
		if need != "" {
			items = append(items, Item{key, need, norm})
		}
	}
	switch f.Jurisdiction() {
	case Germany:
		germanItems(f, r, add)
	case Austria:
		austrianItems(f, r, add)
	case Switzerland:
		swissItems(r, add)
	}
	return items
}

func germanItems(f Form, r rules, add func(Key, Need, string)) {
	add(KeyName, r.name, "§ 5 Abs. 1 Nr. 1 DDG")
	add(KeyPeople, r.people, "§ 5 Abs. 1 Nr. 1 DDG")
	add(KeyPartner, r.partner, "§ 5 Abs. 1 Nr. 1 DDG")
	add(KeyAddress, Required, "§ 5 Abs. 1 Nr. 1 DDG")
	add(KeyEmail, Required, "§ 5 Abs. 1 Nr. 2 DDG")
	add(KeyPhone, Required, "§ 5 Abs. 1 Nr. 2 DDG")
	add(KeyAuthority, IfAny, "§ 5 Abs. 1 Nr. 3 DDG")
	add(KeyRegister, r.register, "§ 5 Abs. 1 Nr. 4 DDG")
	add(KeyProfession, IfAny, "§ 5 Abs. 1 Nr. 5 DDG")
	add(KeyVATID, IfAny, "§ 5 Abs. 1 Nr. 6 DDG")
	add(KeyBusinessID, IfAny, "§ 5 Abs. 1 Nr. 6 DDG")
	add(KeyLiquidation, r.liquidation, "§ 5 Abs. 1 Nr. 7 DDG")
	add(KeyEditor, IfAny, "§ 18 Abs. 2 MStV")
	add(KeyDispute, IfAny, "§ 36 VSBG")
}

func austrianItems(f Form, r rules, add func(Key, Need, string)) {
	add(KeyName, r.name, "§ 5 Abs. 1 ECG")
	add(KeyPeople, r.people, "§ 5 Abs. 1 ECG")
	add(KeyAddress, Required, "§ 5 Abs. 1 ECG")
	add(KeyEmail, Required, "§ 5 Abs. 1 ECG")
	add(KeyPhone, IfAny, "§ 5 Abs. 1 ECG")
	register := "§ 5 Abs. 1 ECG, § 14 UGB"
	if f == ATVerein {
		register = "§ 5 Abs. 1 ECG"
	}
	add(KeyRegister, r.register, register)
	add(KeyAuthority, IfAny, "§ 5 Abs. 1 ECG")
	add(KeyMembership, IfAny, "§ 5 Abs. 1 ECG")
	add(KeyProfession, IfAny, "§ 5 Abs. 1 ECG")
	add(KeyVATID, IfAny, "§ 5 Abs. 1 ECG")
	add(KeyPurpose, Required, "§ 25 MedienG")
}

func swissItems(r rules, add func(Key, Need, string)) {
	name := "Art. 3 Abs. 1 lit. s UWG"
	if r.name == Required && r.register == Required {
		name += ", Art. 954a OR"
	}
	add(KeyName, r.name, name)
	add(KeyPeople, r.people, "Art. 3 Abs. 1 lit. s UWG")
	add(KeyAddress, Required, "Art. 3 Abs. 1 lit. s UWG")
	add(KeyEmail, Required, "Art. 3 Abs. 1 lit. s UWG")
	add(KeyPhone, IfAny, "")
	// The company's name as registered is required; its number is good practice.
	register := r.register
	if register == Required {
		register = IfAny
	}
	add(KeyRegister, register, "")
	add(KeyVATID, IfAny, "")
}
