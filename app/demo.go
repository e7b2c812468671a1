package app

// Demo lets a newcomer be the customer. Its methods fail outside demo mode.
type Demo struct{ app *App }

// ListCustomers returns the people of the play shop.
func (b *Demo) ListCustomers() (customers []DemoCustomer, err error) {
	defer guard(&err)
	d, err := b.app.demo()
	if err != nil {
		return nil, err
	}
	return d.customers(), nil
}

// Thread returns the chat as the customer's phone shows it, oldest first, and
// marks the shop's messages as read there.
func (b *Demo) Thread(customerID string) (messages []DemoMessage, err error) {
	defer guard(&err)
	d, err := b.app.demo()
	if err != nil {
		return nil, err
	}
	return d.thread(customerID)
}

// Say sends a text from the customer's phone to the shop.
func (b *Demo) Say(r DemoSayRequest) (err error) {
	defer guard(&err)
	d, err := b.app.demo()
	if err != nil {
		return err
	}
	return d.say(r)
}

// Scan points the customer's phone at a code of the shop and sends what it
// types. It returns the text and fails with CodeInvalid, field "link", if the
// code leads nowhere.
func (b *Demo) Scan(r DemoScanRequest) (text string, err error) {
	defer guard(&err)
	d, err := b.app.demo()
	if err != nil {
		return "", err
	}
	return d.scan(r)
}
