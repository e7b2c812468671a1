package app

import (
	"context"
	"slices"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
)

func (s *Session) customer(customerID string) (CustomerDetail, error) {
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return CustomerDetail{}, err
	}
	c, err := s.store.Customer(s.looking(), id)
	if err != nil {
		return CustomerDetail{}, err
	}
	n, err := s.store.CountCustomer(s.looking(), id)
	if err != nil {
		return CustomerDetail{}, err
	}
	name, source := c.Profile.DisplayName()
	detail := CustomerDetail{
		ID: customerID, Name: name, NameSource: NameSource(source), ShopName: c.Profile.ShopName, ProfileName: c.Profile.ProfileName,
		Identifiers: []IdentifierRow{}, FirstAtMs: millis(c.FirstSeen), Messages: n.Messages, Media: n.Media, Erasing: c.Erasing,
	}
	for _, i := range c.Identifiers {
		detail.Identifiers = append(detail.Identifiers, IdentifierRow{
			Kind: string(i.Kind), Value: i.Value, FirstSeenMs: millis(i.FirstSeen), LastSeenMs: millis(i.LastSeen), RetiredMs: millis(i.Retired),
		})
	}
	if c.Profile.Username != "" {
		detail.Identifiers = append(detail.Identifiers, IdentifierRow{
			Kind: string(inbox.KindUsername), Value: "@" + c.Profile.Username, FirstSeenMs: millis(c.FirstSeen),
		})
	}
	return detail, nil
}

// maxName is how many characters the shop's name for a customer may have.
const maxName = 80

func (s *Session) renameCustomer(r RenameRequest) error {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return err
	}
	if len([]rune(r.ShopName)) > maxName {
		return inbox.InvalidField("shopName", "too long")
	}
	name := inbox.CleanLine(r.ShopName, maxName)
	err = s.store.Update(s.looking(), func(tx *store.Tx) error {
		c, err := tx.FindCustomer(id)
		if err != nil {
			return err
		}
		old, err := tx.Profile(c)
		if err != nil || old.ShopName == name {
			return err
		}
		if err := tx.SetShopName(id, name); err != nil || old.ShopName == "" {
			return err
		}
		return s.correct(tx, c, store.Correction{Field: "shopName", Old: old.ShopName, New: name})
	})
	if err != nil {
		return err
	}
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.CustomerID})
	return nil
}

func (s *Session) previewErasure(customerID string) (ErasurePreview, error) {
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return ErasurePreview{}, err
	}
	ctx := store.For(s.ctx, store.Keeping) // also of those whose data are only stored
	c, err := s.store.Customer(ctx, id)
	if err != nil {
		return ErasurePreview{}, err
	}
	n, err := s.countPerson(ctx, id)
	if err != nil {
		return ErasurePreview{}, err
	}
	name, _ := c.Profile.DisplayName()
	return ErasurePreview{
		CustomerID: customerID, Name: name, Messages: n.Messages, Media: n.Media, Reactions: n.Reactions,
		Identifiers: n.Identifiers, Drafts: n.Drafts, Notes: n.Notes, Conversations: n.Conversations,
		ContactBook:       slices.ContainsFunc(c.Identifiers, func(i inbox.Identifier) bool { return i.Kind == inbox.KindBSUID }),
		PassphraseResidue: s.passphrase() && s.account.Provider != providerDemo,
	}, nil
}

// countPerson counts what is kept about a customer and those who are one person with her.
func (s *Session) countPerson(ctx context.Context, id inbox.CustomerID) (n store.CustomerCounts, err error) {
	everybody, err := s.store.Everybody(ctx, id)
	for _, c := range everybody {
		one, err := s.store.CountCustomer(ctx, c)
		if err != nil {
			return n, err
		}
		n.Conversations += one.Conversations
		n.Messages += one.Messages
		n.Media += one.Media
		n.Reactions += one.Reactions
		n.Identifiers += one.Identifiers
		n.Drafts += one.Drafts
		n.Notes += one.Notes
	}
	return n, err
}

func (s *Session) erase(customerID string) (ErasureReport, error) {
	return s.startErasure(ErasurePlanRequest{CustomerID: customerID, Trigger: "user"})
}

func (s *Session) erasure(jobID int64) (ErasureReport, error) {
	job, err := privacy.Record(s.ctx, s.store, jobID)
	if err != nil {
		return ErasureReport{}, err
	}
	return erasureReport(job), nil
}

func erasureReport(job store.Erasure) ErasureReport {
	report := ErasureReport{
		JobID: job.ID, State: job.State, Steps: []ErasureStep{}, Erased: !job.ErasedAt.IsZero(), Messages: job.Messages, Media: job.Media,
		FilesScanned: job.Files, FilesSkipped: job.Skipped, BytesScanned: job.Bytes, ScanHits: job.Hits, ContactBook: job.ContactBook,
		Uploads: job.Uploads, UploadsDeleted: job.UploadsDeleted, UploadState: job.UploadState, Case: privacy.CaseNumber(job),
		FailureCode: string(job.Failure), StartedAtMs: millis(job.StartedAt), EndedAtMs: millis(job.EndedAt),
	}
	at := slices.Index(privacy.Steps, job.Step)
	for i, name := range privacy.Steps {
		step := ErasureStep{Name: name, State: "waiting"}
		switch {
		case job.Step == "" || i < at:
			step.State = "done"
		case i == at && job.State == "failed":
			step.State = "failed"
		case i == at:
			step.State = "running"
		}
		switch {
		case name == "contactBook" && step.State == "done":
			step.State = metaStep(job.ContactBook)
		case name == "uploads" && step.State == "done":
			step.State = metaStep(job.UploadState)
		}
		report.Steps = append(report.Steps, step)
	}
	return report
}

func metaStep(outcome string) string {
	switch outcome {
	case "pending", "failed":
		return outcome
	case "none":
		return "skipped"
	}
	return "done"
}
