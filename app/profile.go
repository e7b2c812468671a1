package app

import (
	"context"
	"encoding/base64"
	"image"
	_ "image/jpeg" // the only format a profile picture is kept in
	"slices"
	"strings"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/profile"
	"tresen/internal/profile/shop"
	"tresen/internal/store"
)

// Profile is what customers see about the shop inside WhatsApp. Reading and
// writing it asks WhatsApp; nothing here happens without a click.
type Profile struct{ app *App }

// profileTimeout bounds one exchange with WhatsApp, a picture included.
const profileTimeout = 60 * time.Second

// asking returns the open shop, its client and a context for one exchange.
func (b *Profile) asking() (*Session, *cloudapi.Client, context.Context, context.CancelFunc, error) {
	s, err := b.app.session()
	if err != nil {
		return nil, nil, nil, nil, err
	}
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	if client == nil {
		return nil, nil, nil, nil, inbox.NewError(inbox.CodeNotFound, "no connection")
	}
	ctx, cancel := context.WithTimeout(s.ctx, profileTimeout)
	return s, client, ctx, cancel, nil
}

// GetProfile reads the profile from WhatsApp.
func (b *Profile) GetProfile() (desk ProfileDesk, err error) {
	defer guard(&err)
	s, client, ctx, cancel, err := b.asking()
	if err != nil {
		return desk, err
	}
	defer cancel()
	shown, err := profile.Load(ctx, client)
	if err != nil {
		return desk, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return desk, err
	}
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	desk = ProfileDesk{
		Profile: shown.Profile, HasPicture: shown.PictureURL != "", Limits: []ProfileLimit{}, Verticals: profile.Verticals(),
		Proposal: proposedProfile(shown.Profile, d), ImprintURL: d.ImprintURL, Number: account.DisplayNumber, Name: account.VerifiedName,
	}
	for _, l := range profile.Limits() {
		desk.Limits = append(desk.Limits, ProfileLimit{Field: string(l.Field), Min: l.Min, Max: l.Max})
	}
	desk.Picture, err = s.keptPicture()
	return desk, err
}

// proposedProfile is what WhatsApp shows, with what the shop says elsewhere.
func proposedProfile(p profile.Profile, d shop.Details) profile.Profile {
	if address := d.Address(); address != "" {
		p.Address = address
	}
	if d.Imprint.Email != "" {
		p.Email = d.Imprint.Email
	}
	p.Websites = slices.Clone(p.Websites)
	if d.ImprintURL == "" {
		return p
	}
	sites := []string{d.ImprintURL}
	for _, site := range append([]string{d.Web}, p.Websites...) {
		if site != "" && !slices.Contains(sites, site) && len(sites) < profile.MaxWebsites {
			sites = append(sites, site)
		}
	}
	p.Websites = sites
	if line := "Impressum: " + bareAddress(d.ImprintURL); !strings.Contains(strings.ToLower(p.Description), "impressum") {
		joined := strings.TrimSpace(line + "\n" + p.Description)
		if profile.Count(joined) <= 256 {
			p.Description = joined
		}
	}
	return p
}

// ReviewProfile says what saving would change, and what would be better. It
// fails with CodeInvalid and the field's name if WhatsApp would refuse it.
func (b *Profile) ReviewProfile(edit ProfileEdit) (review ProfileReview, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return review, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return review, err
	}
	if err := (profile.Edit{Seen: edit.Seen, New: edit.New, ImprintURL: d.ImprintURL}).Validate(); err != nil {
		return review, err
	}
	review = ProfileReview{Changes: profileChanges(profile.Diff(edit.Seen, edit.New)), Advice: codes(edit.New.Advise(d.ImprintURL))}
	if edit.Picture != "" {
		review.Changes = append(review.Changes, ProfileChange{Field: string(profile.FieldPicture)})
	}
	return review, nil
}

// SaveProfile writes the differences, reads back, and says what WhatsApp made
// of it. It fails with CodeConflict if the profile was changed elsewhere since,
// and then changes nothing.
func (b *Profile) SaveProfile(edit ProfileEdit) (saved ProfileSaved, err error) {
	defer guard(&err)
	s, client, ctx, cancel, err := b.asking()
	if err != nil {
		return saved, err
	}
	defer cancel()
	d, err := s.shopDetails()
	if err != nil {
		return saved, err
	}
	picture, err := readPicture(edit.Picture)
	if err != nil {
		return saved, err
	}
	result, err := profile.Save(ctx, client, profile.Edit{Seen: edit.Seen, New: edit.New, ImprintURL: d.ImprintURL, Picture: picture})
	if err != nil {
		return saved, err
	}
	if picture != nil {
		if err := s.keepPicture(picture); err != nil {
			return saved, err
		}
	}
	if err := s.keepProfileBasis(d); err != nil {
		return saved, err
	}
	return ProfileSaved{
		Profile: result.Shown.Profile, HasPicture: result.Shown.PictureURL != "", Changes: profileChanges(result.Changes), NotTaken: codes(result.NotTaken),
	}, nil
}

// CropPicture cuts a square out of a picture file and drops everything else the
// file held. The error names the field "picture".
func (b *Profile) CropPicture(r CropRequest) (picture string, err error) {
	defer guard(&err)
	if _, err := b.app.session(); err != nil {
		return "", err
	}
	file, err := base64.StdEncoding.DecodeString(r.File)
	if err != nil {
		return "", inbox.InvalidField("picture", "not base64")
	}
	cut, err := profile.Crop(file, profile.Square{X: r.X, Y: r.Y, Side: r.Side})
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(cut), nil
}

// GetUsername reads the shop's username. Accounts without usernames get an error.
func (b *Profile) GetUsername() (row UsernameRow, err error) {
	defer guard(&err)
	_, client, ctx, cancel, err := b.asking()
	if err != nil {
		return row, err
	}
	defer cancel()
	u, err := client.Username(ctx)
	return UsernameRow(u), err
}

// SetUsername asks WhatsApp for a username, or gives it up if name is empty.
func (b *Profile) SetUsername(name string) (row UsernameRow, err error) {
	defer guard(&err)
	_, client, ctx, cancel, err := b.asking()
	if err != nil {
		return row, err
	}
	defer cancel()
	if strings.TrimSpace(name) == "" {
		err = client.DeleteUsername(ctx)
	} else {
		_, err = client.SetUsername(ctx, name)
	}
	if err != nil {
		return row, err
	}
	u, err := client.Username(ctx)
	return UsernameRow(u), err
}

// GetAutomation reads what WhatsApp offers in an empty chat.
func (b *Profile) GetAutomation() (desk AutomationDesk, err error) {
	defer guard(&err)
	_, client, ctx, cancel, err := b.asking()
	if err != nil {
		return desk, err
	}
	defer cancel()
	a, err := client.Automation(ctx)
	return AutomationDesk{Automation: automationDTO(a), Limits: AutomationLimits{
		Prompts: profile.MaxPrompts, Prompt: profile.MaxPrompt, Commands: profile.MaxCommands, Name: profile.MaxCommandName, Hint: profile.MaxCommandHint,
	}}, err
}

// SaveAutomation writes it and returns what WhatsApp has then.
func (b *Profile) SaveAutomation(edited Automation) (saved Automation, err error) {
	defer guard(&err)
	_, client, ctx, cancel, err := b.asking()
	if err != nil {
		return saved, err
	}
	defer cancel()
	a, err := profile.SaveAutomation(ctx, client, edited.automation())
	return automationDTO(a), err
}

// readPicture accepts what CropPicture made, and nil for none.
func readPicture(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	picture, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, inbox.InvalidField("picture", "not base64")
	}
	config, format, err := image.DecodeConfig(strings.NewReader(string(picture)))
	if err != nil || format != "jpeg" || config.Width != config.Height || config.Width < profile.MinPicture || config.Width > profile.PictureSide {
		return nil, inbox.InvalidField("picture", "not cut to size")
	}
	return picture, nil
}

// The shop's own picture is kept beside its details: WhatsApp only tells an
// address on a server of Meta's, which the window never asks.
const pictureSetting = "profile_picture"

func (s *Session) keepPicture(picture []byte) error {
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(pictureSetting, picture) })
}

func (s *Session) keptPicture() (string, error) {
	picture, err := s.store.Setting(s.ctx, pictureSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return "", nil
	}
	return base64.StdEncoding.EncodeToString(picture), err
}
