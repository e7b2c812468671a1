package chatimport

import (
	"context"
	"errors"
	"time"

	"tresen/internal/chatexport"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Look finds out what a finished file is and makes its small picture.
// (media.Fetcher.Look)
type Look func(owner inbox.CustomerID, file *store.NewFile, claimed, name string) (store.Sealed, error)

// Done says what an import did.
type Done struct {
	ID       store.ChatImportID
	Messages int
	Files    int
	// Lost counts files of the export that could not be read; their messages say so.
	Lost int
}

// chunk is how many messages one transaction inserts: the window stays usable
// and deliveries wait a few milliseconds at most.
const chunk = 200

// Run imports a plan. If it fails or ctx ends, what was imported is taken back
// before it returns. progress is called with how many messages are in.
func (j Job) Run(ctx context.Context, p Plan, look Look, now time.Time, progress func(int)) (d Done, err error) {
	conversation, err := j.Store.Conversation(ctx, j.Conversation)
	if err != nil {
		return d, err
	}
	err = j.Store.Update(ctx, func(tx *store.Tx) (err error) {
		d.ID, err = tx.BeginImport(j.Conversation, now)
		return err
	})
	if err != nil {
		return d, err
	}
	if err = j.insert(ctx, p, look, conversation.CustomerID, &d, progress); err != nil {
		undo := j.Store.RemoveImport(context.WithoutCancel(ctx), d.ID)
		if inbox.CodeOf(undo) == inbox.CodeNotFound {
			undo = nil // erased or emptied meanwhile
		}
		return Done{}, errors.Join(err, undo)
	}
	return d, j.Store.Update(ctx, func(tx *store.Tx) error { return tx.EndImport(d.ID) })
}

func (j Job) insert(ctx context.Context, p Plan, look Look, owner inbox.CustomerID, d *Done, progress func(int)) error {
	batch := make([]entry, 0, chunk)
	flush := func() error {
		if err := j.flush(ctx, d.ID, batch); err != nil {
			return err
		}
		d.Messages += len(batch)
		batch = batch[:0]
		progress(d.Messages)
		return ctx.Err()
	}
	for _, m := range p.Messages {
		e := entry{message: m, kind: kindOf(m)}
		if m.Kind == chatexport.File && j.Archive.Has(m.File) {
			if err := j.bring(owner, &e, look); err != nil {
				return err
			}
			if e.sealed == nil {
				d.Lost++
			} else {
				d.Files++
			}
		}
		batch = append(batch, e)
		// A file is on the disk and in no row yet: those wait no longer than needed.
		if len(batch) == chunk || e.sealed != nil {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// entry is a message on its way into the store.
type entry struct {
	message chatexport.Message
	kind    inbox.MessageKind
	sealed  *store.Sealed
}

// bring seals a file of the export. One that cannot be read is left out; that
// the disk is full is an error.
func (j Job) bring(owner inbox.CustomerID, e *entry, look Look) error {
	file, err := j.Store.CreateFile(owner)
	if err != nil {
		return err
	}
	if err = j.Archive.CopyFile(file, e.message.File); err == nil {
		err = file.Finish()
	}
	if err != nil {
		file.Discard()
		if inbox.CodeOf(err) == inbox.CodeInvalid {
			return nil
		}
		return err
	}
	sealed, err := look(owner, file, "", e.message.File)
	if err != nil {
		sealed.Discard()
		return err
	}
	sealed.At = e.message.At // kept as long as a file that came then
	e.sealed = &sealed
	return nil
}

func (j Job) flush(ctx context.Context, id store.ChatImportID, batch []entry) error {
	defer func() {
		for _, e := range batch {
			if e.sealed != nil {
				e.sealed.Discard()
			}
		}
	}()
	if len(batch) == 0 {
		return nil
	}
	return j.Store.Update(ctx, func(tx *store.Tx) error {
		ref, number, err := tx.FindConversation(j.Conversation)
		if err != nil {
			return err
		}
		if ref.Customer.Erasing || ref.Customer.Restricted {
			return inbox.NewError(inbox.CodeConflict, "nothing may be imported for this customer")
		}
		for _, e := range batch {
			m := store.NewMessage{Conversation: ref, PhoneNumberID: number, Direction: inbox.Inbound, Kind: e.kind, SentAt: e.message.At, Content: e.content()}
			if e.message.Sender == j.Shop {
				m.Direction = inbox.Echo
			}
			in, err := tx.InsertImported(id, m)
			if err != nil {
				return err
			}
			if e.sealed == nil {
				continue
			}
			if err := tx.KeepImportedFile(in, *e.sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e entry) content() inbox.Content {
	if e.message.Kind != chatexport.File {
		return inbox.Content{Text: e.message.Text}
	}
	return inbox.Content{Media: &inbox.Media{FileName: inbox.CleanLine(e.message.File, 255), Caption: e.message.Text, Voice: e.kind == inbox.KindAudio && voice(e.message.File)}}
}
