package simulator

import (
	"fmt"
	"net/http"
	"time"
)

// changeToken takes {"token","do":"add|expire|revoke|restore","expires","scopes"}.
func (c *control) changeToken() (any, error) {
	var in struct {
		Token, Do string
		Expires   time.Time
		Scopes    []string
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	setString(&in.Token, c.sim.cfg.Token)
	switch in.Do {
	case "add":
		c.sim.AddToken(in.Token, in.Expires, in.Scopes...)
	case "expire":
		c.sim.ExpireToken(in.Token)
	case "revoke":
		c.sim.RevokeToken(in.Token)
	case "restore":
		c.sim.RestoreToken(in.Token)
	default:
		return nil, &controlError{http.StatusBadRequest, "do must be add, expire, revoke or restore"}
	}
	return nil, nil
}

// changeTemplate adds a template, or with …/{id} reviews one: {"status","reason"}.
func (c *control) changeTemplate() (any, error) {
	if len(c.rest) == 0 {
		var t Template
		if err := c.read(&t); err != nil {
			return nil, err
		}
		id, err := c.sim.AddTemplate(t)
		return object{"id": id}, err
	}
	var in struct{ Status, Reason string }
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return nil, c.sim.ReviewTemplate(c.rest[0], in.Status, in.Reason)
}

// setCallback takes {"url","verify_token","verify":true}.
func (c *control) setCallback() (any, error) {
	in := struct {
		URL         string
		VerifyToken string `json:"verify_token"`
		Verify      bool
	}{VerifyToken: c.sim.cfg.VerifyToken}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if err := c.sim.SetCallback(in.URL, in.VerifyToken); err != nil {
		return nil, err
	}
	if in.Verify {
		return nil, c.sim.VerifyCallback(c.r.Context())
	}
	return nil, nil
}

// playShop performs the play shop: {"live":bool,"echoes":bool}.
func (c *control) playShop() (any, error) {
	var how Performance
	if err := c.read(&how); err != nil {
		return nil, err
	}
	cast, err := c.sim.Perform(c.r.Context(), PlayShop(), how)
	if err != nil {
		return nil, err
	}
	out := object{}
	for key, customer := range cast {
		out[key] = customer.Person()
	}
	return object{"customers": out}, nil
}

// sample serves a generated file: GET /_simulator/samples/photo.
func (c *control) sample() (any, error) {
	if len(c.rest) != 1 {
		return object{"samples": []string{"photo", "picture", "sticker", "voice", "video", "pdf", "wav"}}, nil
	}
	f, err := sampleFile(c.rest[0])
	if err != nil {
		return nil, err
	}
	return raw{contentType: f.MIME, body: f.Bytes}, nil
}

func sampleFile(name string) (File, error) {
	switch name {
	case "photo":
		return Photo("blumen"), nil
	case "picture":
		return Picture("blumen"), nil
	case "sticker":
		return Sticker(), nil
	case "voice":
		return VoiceNote(5 * time.Second), nil
	case "video":
		return Clip(), nil
	case "pdf":
		return Paper("dokument", "Beispiel"), nil
	case "wav":
		return Tone(time.Second), nil
	}
	return File{}, fmt.Errorf("there is no sample %q", name)
}
