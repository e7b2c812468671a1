package app

import (
	"context"
	"time"

	"tresen/internal/automatic"
	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// expireIntakes ends questions that nobody finished in time. What was answered
// becomes a note, which a person reads and which goes with the conversation.
func (s *Session) expireIntakes(ctx context.Context, now time.Time) error {
	var ended []inbox.CustomerID
	ctx = store.For(ctx, store.Keeping)
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		stale, err := tx.StaleIntakes(now.Add(-automatic.IntakeLife))
		if err != nil || len(stale) == 0 {
			return err
		}
		language, err := s.intakeLanguage(tx)
		if err != nil {
			return err
		}
		for _, id := range stale {
			if err := expireIntake(tx, id, language); err != nil {
				return err
			}
		}
		ended = stale
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ended {
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id.String()})
	}
	return nil
}

func expireIntake(tx *store.Tx, id inbox.CustomerID, language wording.Language) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	var intake automatic.Intake
	if err := tx.Intake(c, &intake); err != nil {
		return err
	}
	if text := intake.Expire(language, time.Local); text != "" {
		if _, err := tx.InsertNote(id, intake.AskedAt, text); err != nil {
			return err
		}
	}
	return tx.EndIntake(c)
}

// intakeLanguage is the language the shop's automatic messages are in.
func (s *Session) intakeLanguage(tx *store.Tx) (wording.Language, error) {
	value, err := tx.Setting(automaticSetting)
	if inbox.CodeOf(err) == inbox.CodeNotFound {
		return wording.German, nil
	}
	set, err := decodeAutomatic(value, err, wording.German)
	if err != nil {
		return "", err
	}
	d, err := s.shopDetailsWithin(tx)
	return shopMoment(d, set, s.cfg.now()).Language, err
}
