package app

import (
	"tresen/internal/cloudapi"
	"tresen/internal/profile"
)

// ProfileDesk is the profile as WhatsApp has it, and what is needed to edit it.
type ProfileDesk struct {
	Profile profile.Profile `json:"profile"`
	// HasPicture says that WhatsApp shows one; Picture is what was sent from
	// here last, a JPEG in base64, or empty.
	HasPicture bool   `json:"hasPicture"`
	Picture    string `json:"picture"`
	// Proposal is the profile with the shop's own details filled in.
	Proposal   profile.Profile `json:"proposal"`
	Limits     []ProfileLimit  `json:"limits"`
	Verticals  []string        `json:"verticals"`
	ImprintURL string          `json:"imprintUrl"`
	Number     string          `json:"number"`
	Name       string          `json:"name"`
}

// ProfileLimit is how long a field may be, in characters.
type ProfileLimit struct {
	Field string `json:"field"`
	Min   int    `json:"min"`
	Max   int    `json:"max"`
}

// ProfileEdit is what the owner saw first and what it shall become.
type ProfileEdit struct {
	Seen profile.Profile `json:"seen"`
	New  profile.Profile `json:"new"`
	// Picture is what CropPicture returned, or empty to leave the picture.
	Picture string `json:"picture"`
}

// ProfileChange is a field before and after.
type ProfileChange struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ProfileReview is what saving would change.
type ProfileReview struct {
	Changes []ProfileChange `json:"changes"`
	// Advice are words: imprintWord, imprintInDescription, https, noImprint.
	Advice []string `json:"advice"`
}

// ProfileSaved is what was written and what WhatsApp shows now.
type ProfileSaved struct {
	Profile    profile.Profile `json:"profile"`
	HasPicture bool            `json:"hasPicture"`
	Changes    []ProfileChange `json:"changes"`
	// NotTaken are written fields that WhatsApp shows differently.
	NotTaken []string `json:"notTaken"`
}

// CropRequest is a picture file in base64 and the square to keep, in pixels of
// the upright picture.
type CropRequest struct {
	File string `json:"file"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
	Side int    `json:"side"`
}

// UsernameRow is the shop's username and what WhatsApp says about it.
type UsernameRow struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// Automation is what WhatsApp offers in an empty chat.
type Automation struct {
	Welcome  bool                `json:"welcome"`
	Prompts  []string            `json:"prompts"`
	Commands []AutomationCommand `json:"commands"`
}

// AutomationCommand is a word behind a slash and its hint.
type AutomationCommand struct {
	Name string `json:"name"`
	Hint string `json:"hint"`
}

// AutomationDesk is the automation and its limits.
type AutomationDesk struct {
	Automation Automation       `json:"automation"`
	Limits     AutomationLimits `json:"limits"`
}

// AutomationLimits are how many there may be and how long, in characters.
type AutomationLimits struct {
	Prompts  int `json:"prompts"`
	Prompt   int `json:"prompt"`
	Commands int `json:"commands"`
	Name     int `json:"name"`
	Hint     int `json:"hint"`
}

func profileChanges(changes []profile.Change) []ProfileChange {
	out := []ProfileChange{}
	for _, c := range changes {
		out = append(out, ProfileChange{Field: string(c.Field), Before: c.Before, After: c.New})
	}
	return out
}

func automationDTO(a cloudapi.Automation) Automation {
	out := Automation{Welcome: a.Welcome, Prompts: append([]string{}, a.Prompts...), Commands: []AutomationCommand{}}
	for _, c := range a.Commands {
		out.Commands = append(out.Commands, AutomationCommand(c))
	}
	return out
}

func (a Automation) automation() cloudapi.Automation {
	out := cloudapi.Automation{Welcome: a.Welcome, Prompts: a.Prompts}
	for _, c := range a.Commands {
		out.Commands = append(out.Commands, cloudapi.Command(c))
	}
	return out
}
