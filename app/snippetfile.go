package app

import (
	"errors"
	"io"
	"mime"
	"os"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/snippet"
	"tresen/internal/store"
)

// AttachFile asks for a file and keeps it, sealed for the shop, with a snippet.
// It returns the snippet, unchanged if nothing was chosen.
func (b *Snippets) AttachFile(id int64) (form SnippetForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return form, err
	}
	n, err := s.store.Snippet(s.ctx, inbox.SnippetID(id))
	if err != nil {
		return form, err
	}
	paths, err := b.app.cfg.PickFiles()
	if err != nil || len(paths) == 0 {
		return snippetForm(n), err
	}
	return s.attachToSnippet(n, paths[0])
}

// RemoveFile takes a snippet's file away.
func (b *Snippets) RemoveFile(id int64) (form SnippetForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return form, err
	}
	n, err := s.store.Snippet(s.ctx, inbox.SnippetID(id))
	if err != nil {
		return form, err
	}
	n.File = nil
	if err := snippet.Check(n); err != nil {
		return form, err
	}
	return s.keepSnippetFile(n, nil)
}

// StageFile puts a snippet's file into a conversation's composer.
func (b *Snippets) StageFile(use SnippetUse) (row StagedRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.stageSnippetFile(use)
}

func (s *Session) attachToSnippet(n inbox.Snippet, path string) (SnippetForm, error) {
	unreadable := inbox.InvalidField("file", "file cannot be read")
	source, err := os.Open(path)
	if err != nil {
		return SnippetForm{}, unreadable
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > maxStagedSize {
		return SnippetForm{}, unreadable
	}
	name := inbox.CleanLine(filepath.Base(path), 255)
	n.File = &inbox.SnippetFile{Name: name, MIME: mime.TypeByExtension(filepath.Ext(name)), Bytes: info.Size()}
	if err := snippet.Check(n); err != nil {
		return SnippetForm{}, err
	}
	file, err := s.store.CreateShopFile()
	if err != nil {
		return SnippetForm{}, err
	}
	defer file.Discard()
	written, err := io.Copy(file, source)
	if err := errors.Join(err, file.Finish()); err != nil {
		return SnippetForm{}, err
	}
	n.File.Bytes = written
	return s.keepSnippetFile(n, file)
}

func (s *Session) keepSnippetFile(n inbox.Snippet, file *store.NewFile) (SnippetForm, error) {
	err := s.changeSnippets(func(tx *store.Tx) error {
		if err := tx.SetSnippetFile(n.ID, file); err != nil {
			return err
		}
		return tx.UpdateSnippet(n)
	})
	return snippetForm(n), err
}

func (s *Session) stageSnippetFile(use SnippetUse) (StagedRow, error) {
	source, err := s.store.OpenSnippetFile(s.ctx, inbox.SnippetID(use.SnippetID))
	if err != nil {
		return StagedRow{}, err
	}
	defer source.Close()
	f, err := s.stage(use.ConversationID, source.Name, source.Size())
	if err != nil {
		return StagedRow{}, err
	}
	buffer := make([]byte, 256<<10)
	for {
		n, err := source.Read(buffer)
		if n > 0 {
			err = errors.Join(f.write(buffer[:n]), ignoreEOF(err))
		}
		switch {
		case errors.Is(err, io.EOF):
			row, err := s.finish(f, false)
			if err != nil {
				s.unstage(f.id)
			}
			return row, err
		case err != nil:
			s.unstage(f.id)
			return StagedRow{}, err
		}
	}
}

// ignoreEOF lets the next Read report the end.
func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
