package app

// Customers is what the window can do with the people who wrote.
type Customers struct{ app *App }

// GetCustomer returns what the shop knows about a customer.
func (b *Customers) GetCustomer(customerID string) (detail CustomerDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.customer(customerID)
}

// Rename sets or removes the name the shop gives a customer.
func (b *Customers) Rename(r RenameRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.renameCustomer(r)
}

// PreviewErasure counts what erasing a customer would remove.
func (b *Customers) PreviewErasure(customerID string) (preview ErasurePreview, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return preview, err
	}
	return s.previewErasure(customerID)
}

// Erase starts the erasure of a customer (Art. 17 GDPR) and returns at once;
// progress is reported by events and GetErasure.
func (b *Customers) Erase(customerID string) (report ErasureReport, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return report, err
	}
	return s.erase(customerID)
}

// GetErasure returns the state of an erasure.
func (b *Customers) GetErasure(jobID int64) (report ErasureReport, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return report, err
	}
	return s.erasure(jobID)
}
