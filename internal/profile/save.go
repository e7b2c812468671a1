package profile

import (
	"context"
	"errors"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// Shown is the profile as WhatsApp shows it.
type Shown struct {
	Profile Profile
	// PictureURL is for display and expires; it may be empty.
	PictureURL string
}

// Load reads the profile.
func Load(ctx context.Context, client *cloudapi.Client) (Shown, error) {
	p, err := client.BusinessProfile(ctx)
	if err != nil {
		return Shown{}, err
	}
	return Shown{fromAPI(p), p.PictureURL}, nil
}

// Edit is what to save.
type Edit struct {
	// Seen is the profile the owner's changes began with.
	Seen Profile
	// New is the profile with the changes.
	New Profile
	// ImprintURL must be website 1; empty if the shop has none yet.
	ImprintURL string
	// Picture is what Crop made, or nil to leave the picture.
	Picture []byte
}

// Validate checks the edit before it is sent. WhatsApp refuses an empty text
// about the shop, but only if it is written: one that was never set may stay so.
// The error names a Field.
func (e Edit) Validate() error {
	p := e.New
	if p.clean().About == "" && e.Seen.clean().About == "" {
		p.About = "-" // not written
	}
	return p.Validate(e.ImprintURL)
}

// Saved is the outcome.
type Saved struct {
	Shown Shown
	// Changes is what was written.
	Changes []Change
	// NotTaken are written fields that WhatsApp shows differently afterwards.
	NotTaken []Field
}

// ErrChangedElsewhere says that the profile was edited somewhere else since
// the owner saw it. Its code is CodeConflict.
var ErrChangedElsewhere = errors.New("profile was changed elsewhere")

// Save writes the differences and reads back. It writes nothing if the profile
// is invalid (CodeInvalid with the field), or no longer what the owner saw
// (ErrChangedElsewhere). An unclear outcome is settled by reading back.
func Save(ctx context.Context, client *cloudapi.Client, e Edit) (Saved, error) {
	if err := e.Validate(); err != nil {
		return Saved{}, err
	}
	current, err := Load(ctx, client)
	if err != nil {
		return Saved{}, err
	}
	if len(Diff(e.Seen, current.Profile)) > 0 {
		return Saved{}, &inbox.Error{Code: inbox.CodeConflict, Err: ErrChangedElsewhere}
	}
	changes := Diff(current.Profile, e.New)
	change := asChange(changes, e.New.clean())
	if e.Picture != nil {
		if change.PictureHandle, err = uploadPicture(ctx, client, e.Picture); err != nil {
			return Saved{}, err
		}
		changes = append(changes, Change{Field: FieldPicture})
	}
	writeErr := client.UpdateBusinessProfile(ctx, change)
	if writeErr != nil && !cloudapi.IsAmbiguous(writeErr) {
		return Saved{}, writeErr
	}
	after, err := Load(ctx, client)
	if err != nil {
		if writeErr != nil {
			return Saved{}, writeErr
		}
		return Saved{}, err
	}
	saved := Saved{Shown: after, Changes: changes}
	for _, c := range Diff(after.Profile, e.New) {
		saved.NotTaken = append(saved.NotTaken, c.Field)
	}
	// Whether a picture arrived cannot be read back, so its write stays unclear.
	if writeErr != nil && (len(saved.NotTaken) > 0 || e.Picture != nil) {
		return saved, writeErr
	}
	return saved, nil
}

func asChange(changes []Change, p Profile) cloudapi.ProfileChange {
	var out cloudapi.ProfileChange
	for _, c := range changes {
		switch c.Field {
		case FieldAbout:
			out.About = &p.About
		case FieldAddress:
			out.Address = &p.Address
		case FieldDescription:
			out.Description = &p.Description
		case FieldEmail:
			out.Email = &p.Email
		case FieldWebsites:
			out.Websites = &p.Websites
		case FieldVertical:
			out.Vertical = &p.Vertical
		}
	}
	return out
}

// uploadPicture finds out which Meta app the token belongs to and uploads there.
func uploadPicture(ctx context.Context, client *cloudapi.Client, picture []byte) (handle string, err error) {
	token, err := client.DebugToken(ctx)
	if err != nil {
		return "", err
	}
	return client.UploadHandle(ctx, token.AppID, "profile.jpg", "image/jpeg", picture)
}
