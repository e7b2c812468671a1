package app

import (
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// ListReminders says what in public no longer agrees with the shop's details.
// It asks nobody outside.
func (b *Imprint) ListReminders() (list []Reminder, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return nil, err
	}
	list = []Reminder{}
	for _, kind := range []shop.Kind{shop.Imprint, shop.Privacy} {
		for _, language := range wording.Languages() {
			text, err := legalText(d, kind, language)
			if err != nil {
				return nil, err
			}
			if text.ChangedSinceSaved {
				list = append(list, Reminder{string(kind), string(language), "saved"})
			} else if text.ChangedSinceConfirmed {
				list = append(list, Reminder{string(kind), string(language), "confirmed"})
			}
		}
	}
	outdated, err := s.profileOutdated(d)
	if err != nil {
		return nil, err
	}
	if outdated {
		list = append(list, Reminder{Kind: "profile", Reason: "written"})
	}
	set, err := s.automaticSettings(wording.Language(s.printLanguage(b.app.prefs.Load().Language)))
	if err != nil || set.Notice.Confirmed == nil || !set.Notice.On {
		return list, err
	}
	notice, err := s.noticeState(set)
	if notice.Changed {
		list = append(list, Reminder{Kind: "notice", Reason: "confirmed"})
	}
	return list, err
}

// With a written profile goes what the shop said then of the things both show.
const profileBasisSetting = "profile_basis"

func profileBasis(d shop.Details) string {
	return wording.Fingerprint(strings.Join([]string{d.Address(), d.Imprint.Email, d.ImprintURL, d.Web}, "\n"))
}

func (s *Session) keepProfileBasis(d shop.Details) error {
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(profileBasisSetting, []byte(profileBasis(d))) })
}

func (s *Session) profileOutdated(d shop.Details) (bool, error) {
	basis, err := s.store.Setting(s.ctx, profileBasisSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return false, nil
	}
	return err == nil && string(basis) != profileBasis(d), err
}
