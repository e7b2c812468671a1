package simulator

import (
	"net/http"
	"time"
)

// personView is a customer as the control paths show one. Key addresses the
// customer in further calls.
type personView struct {
	Key string `json:"key"`
	Person
	InContactBook bool `json:"in_contact_book"`
	Blocked       bool `json:"blocked"`
}

func viewOf(c *Customer) personView {
	p := c.Person()
	return personView{Key: p.BSUID, Person: p, InContactBook: c.InContactBook(), Blocked: c.Blocked()}
}

// target is the customer a path names by BSUID, number or username.
func (c *control) target() (*Customer, error) {
	customer, err := c.sim.FindCustomer(c.rest[0])
	if err != nil {
		return nil, notFound("customer")
	}
	return customer, nil
}

// showCustomers answers GET customers, customers/{key}, customers/{key}/chat and
// customers/{key}/media/{message id}.
func (c *control) showCustomers() (any, error) {
	if len(c.rest) == 0 {
		out := []personView{}
		for _, customer := range c.sim.Customers() {
			out = append(out, viewOf(customer))
		}
		return object{"customers": out}, nil
	}
	customer, err := c.target()
	switch {
	case err != nil:
		return nil, err
	case len(c.rest) == 1:
		return viewOf(customer), nil
	case c.rest[1] == "chat":
		return withoutBytes(customer.Chat(c.r.URL.Query().Get("phone_number_id"))), nil
	case c.rest[1] == "media" && len(c.rest) == 3:
		return mediaOf(customer, c.rest[2])
	}
	return nil, notFound("control path")
}

// withoutBytes leaves the content of files out of a chat; it has its own path.
func withoutBytes(chat Chat) Chat {
	for i := range chat.Items {
		if f := chat.Items[i].Media; f != nil {
			light := *f
			light.Size, light.Bytes = int64(len(f.Bytes)), nil
			chat.Items[i].Media = &light
		}
	}
	return chat
}

func mediaOf(customer *Customer, id string) (any, error) {
	for _, item := range customer.Inbox() {
		if item.ID == id && item.Media != nil {
			return raw{contentType: item.Media.MIME, body: item.Media.Bytes}, nil
		}
	}
	return nil, notFound("media")
}

// postCustomer answers POST customers (a Person), customers/{key}/messages (a
// Message, or one with "sample"), customers/{key}/actions and
// customers/{key}/history.
func (c *control) postCustomer() (any, error) {
	if len(c.rest) == 0 {
		var p Person
		if err := c.read(&p); err != nil {
			return nil, err
		}
		customer, err := c.sim.AddCustomer(p)
		if err != nil {
			return nil, &controlError{http.StatusConflict, err.Error()}
		}
		return viewOf(customer), nil
	}
	customer, err := c.target()
	if err != nil {
		return nil, err
	}
	if len(c.rest) != 2 {
		return nil, notFound("control path")
	}
	switch c.rest[1] {
	case "messages":
		return c.postMessage(customer)
	case "actions":
		return c.act(customer)
	case "history":
		return c.remember(customer)
	}
	return nil, notFound("control path")
}

func (c *control) postMessage(customer *Customer) (any, error) {
	var in struct {
		Message
		Sample string `json:"sample"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Sample != "" {
		f, err := sampleFile(in.Sample)
		if err != nil {
			return nil, err
		}
		in.Media = &f
		setString(&in.Type, f.messageType())
	}
	id, err := customer.Send(c.r.Context(), in.Message)
	if err != nil {
		return nil, err
	}
	return object{"id": id}, nil
}

// remember takes {"items":[…]} in the shape of a chat.
func (c *control) remember(customer *Customer) (any, error) {
	var in struct{ Items []ChatItem }
	if err := c.read(&in); err != nil {
		return nil, err
	}
	customer.Remember(in.Items...)
	return nil, nil
}

// patchCustomer changes name, username, receipts, reading and online state.
func (c *control) patchCustomer() (any, error) {
	if len(c.rest) != 1 {
		return nil, notFound("control path")
	}
	customer, err := c.target()
	if err != nil {
		return nil, err
	}
	var in struct {
		Name       *string
		Username   *string
		NoReceipts *bool `json:"no_receipts"`
		AutoRead   *bool `json:"auto_read"`
		Offline    *bool
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	customer.Change(func(p *Person) {
		set(&p.Name, in.Name)
		set(&p.Username, in.Username)
		set(&p.NoReceipts, in.NoReceipts)
		set(&p.AutoRead, in.AutoRead)
	})
	if in.Offline != nil {
		customer.SetOnline(!*in.Offline)
	}
	return viewOf(customer), nil
}

func set[T any](p *T, value *T) {
	if value != nil {
		*p = *value
	}
}

// action is what a customer does besides writing.
type action struct {
	Do      string    `json:"do"`
	Message string    `json:"message"` // wamid, for play, tap and share_contact
	Phone   string    `json:"phone"`   // for change_number
	Text    string    `json:"text"`    // for echo
	At      time.Time `json:"at"`      // for open_window
	Button  Button    `json:"button"`  // for tap
}

func (c *control) act(customer *Customer) (any, error) {
	var in action
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ctx := c.r.Context()
	var id string
	var err error
	switch in.Do {
	case "read":
		customer.Read()
	case "play":
		customer.Play(in.Message)
	case "online", "offline":
		customer.SetOnline(in.Do == "online")
	case "block", "unblock":
		customer.BlockBusiness(in.Do == "block")
	case "stop_marketing":
		customer.StopMarketing()
	case "resume_marketing":
		customer.ResumeMarketing()
	case "missed_call":
		err = customer.MissedCall(ctx)
	case "open_chat":
		id, err = customer.OpenChat(ctx)
	case "change_number":
		err = customer.ChangeNumber(in.Phone)
	case "change_bsuid":
		customer.ChangeBSUID()
	case "share_contact":
		id, err = customer.ShareContact(ctx, in.Message)
	case "tap":
		id, err = customer.TapButton(ctx, in.Message, in.Button)
	case "echo":
		id = customer.Echo(in.Text)
	case "open_window":
		c.sim.OpenWindow(customer, in.At)
	default:
		return nil, &controlError{http.StatusBadRequest, "unknown action"}
	}
	if err != nil {
		return nil, err
	}
	return object{"id": id, "customer": viewOf(customer)}, nil
}
