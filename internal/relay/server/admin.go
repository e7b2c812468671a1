package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
)

// AdminMailbox describes a mailbox to the operator.
type AdminMailbox struct {
	ID         relay.MailboxID `json:"id"`
	Name       string          `json:"name"`
	CreatedAt  time.Time       `json:"created_at"`
	WebhookURL string          `json:"webhook_url"`
	Verify     string          `json:"verify_token"`
	Devices    []AdminDevice   `json:"devices"`
}

// AdminDevice describes a device to the operator.
type AdminDevice struct {
	ID       relay.DeviceID `json:"id"`
	PairedAt time.Time      `json:"paired_at"`
	LastSeen time.Time      `json:"last_seen,omitzero"`
	Waiting  int            `json:"waiting"`
	Oldest   time.Time      `json:"oldest,omitzero"`
}

// AdminCode is a pairing code for the operator to hand over.
type AdminCode struct {
	Mailbox relay.MailboxID   `json:"mailbox"`
	Relay   string            `json:"relay"`
	Code    relay.PairingCode `json:"code"`
	Until   time.Time         `json:"until"`
}

// AdminAdd asks for a mailbox, AdminRotate for a new webhook path.
type AdminAdd struct {
	Name string `json:"name"`
}

// AdminRotate says how long the old path works, in seconds.
type AdminRotate struct {
	GraceS int64 `json:"grace_s"`
}

// AdminError is why the operator's request failed.
type AdminError struct {
	Error string `json:"error"`
}

// Admin answers the operator. It asks nobody who they are: it belongs on a
// socket that only the operator's account can open.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mailboxes", s.adminList)
	mux.HandleFunc("POST /mailboxes", s.adminAdd)
	mux.HandleFunc("POST /mailboxes/{mailbox}/rotate", s.onMailbox(s.adminRotate))
	mux.HandleFunc("POST /mailboxes/{mailbox}/code", s.onMailbox(s.adminCode))
	mux.HandleFunc("DELETE /mailboxes/{mailbox}", s.onMailbox(s.adminRemove))
	mux.HandleFunc("DELETE /mailboxes/{mailbox}/devices/{device}", s.onMailbox(s.adminUnpair))
	return mux
}

func adminFail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, directory.ErrUnknown):
		status = http.StatusNotFound
	case errors.Is(err, directory.ErrAmbiguous), errors.Is(err, directory.ErrTooMany):
		status = http.StatusConflict
	case errors.Is(err, relay.ErrMalformed):
		status = http.StatusBadRequest
	}
	answer(w, status, AdminError{err.Error()})
}

func readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, relay.MaxRequest))
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		answer(w, http.StatusBadRequest, AdminError{"malformed request"})
		return false
	}
	return true
}

// onMailbox finds the mailbox named in the path, by id or name.
func (s *Server) onMailbox(handle func(http.ResponseWriter, *http.Request, *directory.Mailbox)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		box, err := s.Directory.Find(r.Context(), r.PathValue("mailbox"))
		if err != nil {
			adminFail(w, err)
			return
		}
		handle(w, r, box)
	}
}

func (s *Server) adminMailbox(box *directory.Mailbox) AdminMailbox {
	return AdminMailbox{
		ID: box.ID, Name: box.Name, CreatedAt: box.CreatedAt, Devices: []AdminDevice{},
		WebhookURL: s.PublicURL + relay.PathHook + box.Hooks[0].Token, Verify: box.Hooks[0].VerifyToken,
	}
}

func (s *Server) adminList(w http.ResponseWriter, r *http.Request) {
	boxes, err := s.Directory.List(r.Context())
	if err != nil {
		adminFail(w, err)
		return
	}
	list := make([]AdminMailbox, 0, len(boxes))
	for _, box := range boxes {
		m := s.adminMailbox(box)
		for _, d := range box.Devices {
			stats, err := s.Engine.Stats(r.Context(), box.ID, d.ID)
			if err != nil {
				adminFail(w, err)
				return
			}
			m.Devices = append(m.Devices, AdminDevice{d.ID, d.PairedAt, d.LastSeen, stats.Waiting, stats.Oldest})
		}
		list = append(list, m)
	}
	answer(w, http.StatusOK, list)
}

func (s *Server) adminAdd(w http.ResponseWriter, r *http.Request) {
	var q AdminAdd
	if !readAdmin(w, r, &q) {
		return
	}
	box, err := s.Directory.Add(r.Context(), q.Name)
	if err != nil {
		adminFail(w, err)
		return
	}
	s.Log.Info("mailbox added", "mailbox", box.ID.String())
	answer(w, http.StatusOK, s.adminMailbox(box))
}

func (s *Server) adminRotate(w http.ResponseWriter, r *http.Request, box *directory.Mailbox) {
	var q AdminRotate
	if !readAdmin(w, r, &q) {
		return
	}
	box, err := s.Directory.Rotate(r.Context(), box.ID, time.Duration(q.GraceS)*time.Second)
	if err != nil {
		adminFail(w, err)
		return
	}
	s.Log.Info("webhook path replaced", "mailbox", box.ID.String())
	answer(w, http.StatusOK, s.adminMailbox(box))
}

func (s *Server) adminCode(w http.ResponseWriter, r *http.Request, box *directory.Mailbox) {
	code, until, err := s.Directory.NewCode(r.Context(), box.ID)
	if err != nil {
		adminFail(w, err)
		return
	}
	s.Log.Info("pairing code made", "mailbox", box.ID.String())
	answer(w, http.StatusOK, AdminCode{box.ID, s.PublicURL, code, until})
}

func (s *Server) adminRemove(w http.ResponseWriter, r *http.Request, box *directory.Mailbox) {
	if err := s.Directory.Remove(r.Context(), box.ID); err != nil {
		adminFail(w, err)
		return
	}
	for _, d := range box.Devices {
		s.polls.end(d.ID)
	}
	s.Log.Info("mailbox removed", "mailbox", box.ID.String())
	answer(w, http.StatusOK, struct{}{})
}

func (s *Server) adminUnpair(w http.ResponseWriter, r *http.Request, box *directory.Mailbox) {
	id, err := relay.ParseDeviceID(r.PathValue("device"))
	if err == nil {
		err = s.Directory.Unpair(r.Context(), box.ID, id)
	}
	if err != nil {
		adminFail(w, err)
		return
	}
	s.polls.end(id)
	s.Log.Info("device removed", "mailbox", box.ID.String(), "device", id.String())
	answer(w, http.StatusOK, struct{}{})
}
