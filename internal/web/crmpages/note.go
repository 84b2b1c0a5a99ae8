package crmpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/crm/note"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// notesView is the notes of a record with the form for another.
type notesView struct {
	page  page.Page[note.Note]
	typed note.Note
	errs  ui.Errors
}

func (p *Pages) notesOf(ctx context.Context, as access.Actor, module string, of id.ID, r page.Request) (v notesView, err error) {
	if as.Can(access.TabNotes, access.View) {
		v.page, err = p.notes.List(ctx, as, module, of, r)
	}
	return v, err
}

// noteList shows all notes of a record, page by page.
func (p *Pages) noteList(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	list, err := p.notes.List(ctx, as, m.Name, rec.ID, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.notes")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Body: notesPage(as, m.Name, rec, list.Items, shell.Pager(r, list.Prev, list.Next)),
		Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: recordPath(as, m.Name, rec.ID)}, ui.Link{Label: title, Current: true}),
	})
}

func (p *Pages) addNote(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	typed := note.Note{Title: in.Text("title"), Body: in.Text("body")}
	if _, err := p.notes.Create(ctx, as, m.Name, rec.ID, typed.Title, typed.Body); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showRecord(w, r, func(v *recordView) { v.notes.typed, v.notes.errs = typed, shell.Errors(ctx, err) }, err)
	}
	return p.shell.Done(w, r, recordPath(as, m.Name, rec.ID)+"#notes", locale.T(ctx, "crmpages.note.added"))
}

// openNote gives the note the address names, with its record.
func (p *Pages) openNote(r *http.Request) (module string, of id.ID, n note.Note, err error) {
	m, err := p.module(r)
	if err != nil {
		return "", 0, n, err
	}
	if of, err = shell.ID(r, "record"); err != nil {
		return "", 0, n, err
	}
	which, err := shell.ID(r, "note")
	if err != nil {
		return "", 0, n, err
	}
	n, err = p.notes.Get(r.Context(), actor(r), m.Name, of, which)
	return m.Name, of, n, err
}

func (p *Pages) editNote(w http.ResponseWriter, r *http.Request) error {
	_, _, n, err := p.openNote(r)
	if err != nil {
		return err
	}
	return p.showNote(w, r, n, nil, nil)
}

// showNote shows the form of a note; now is what somebody else saved in between.
func (p *Pages) showNote(w http.ResponseWriter, r *http.Request, typed note.Note, now *note.Note, problem error) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.note.edit")
	back := recordPath(as, m.Name, rec.ID)
	return p.shell.Render(w, r, shell.Page{
		Title: title, Body: notePage(title, back, typed, now, shell.Errors(ctx, problem)), Status: shell.StatusOf(problem),
		Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: back}, ui.Link{Label: title, Current: true}),
	})
}

func (p *Pages) saveNote(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	module, of, now, err := p.openNote(r)
	if err != nil {
		return err
	}
	typed := note.Note{ID: now.ID, Title: in.Text("title"), Body: in.Text("body"), Version: in.Int("version")}
	_, err = p.notes.Update(ctx, as, module, of, now.ID, typed.Version, typed.Title, typed.Body)
	switch {
	case err == nil:
		return p.shell.Done(w, r, recordPath(as, module, of)+"#notes", locale.T(ctx, "crmpages.note.saved"))
	case fault.Is(err, fault.KindStale):
		typed.Version = now.Version
		return p.showNote(w, r, typed, &now, err)
	case shell.Expected(err):
		return p.showNote(w, r, typed, nil, err)
	}
	return err
}

func (p *Pages) askDeleteNote(w http.ResponseWriter, r *http.Request) error {
	module, of, n, err := p.openNote(r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	title := locale.T(ctx, "crmpages.note.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "crmpages.note.delete_text"), Action: notePath(as, module, of, n.ID) + "/delete",
		Label: locale.T(ctx, "crmpages.delete"), Dangerous: true, BackURL: recordPath(as, module, of)}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ask})
}

func (p *Pages) deleteNote(w http.ResponseWriter, r *http.Request) error {
	module, of, n, err := p.openNote(r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	if err := p.notes.Delete(ctx, as, module, of, n.ID); err != nil {
		return err
	}
	return p.shell.Done(w, r, recordPath(as, module, of)+"#notes", locale.T(ctx, "crmpages.note.deleted"))
}

func notePath(as access.Actor, module string, of, n id.ID) string {
	return recordPath(as, module, of) + "/notes/" + n.String()
}

func noteActions(ctx context.Context, as access.Actor, module string, of id.ID, n note.Note) ui.Menu {
	m := ui.Menu{Label: locale.T(ctx, "crmpages.note.actions"), Icon: "dots", IconOnly: true, Small: true, End: true}
	if !n.Mine {
		return m
	}
	base := notePath(as, module, of, n.ID)
	if as.Can(access.TabNotes, access.Edit) {
		m.Items = append(m.Items, templ.Component(ui.Anchor{Label: locale.T(ctx, "crmpages.edit"), URL: base + "/edit"}))
	}
	if as.Can(access.TabNotes, access.Delete) {
		m.Items = append(m.Items, ui.Button{Label: locale.T(ctx, "crmpages.delete"), URL: base + "/delete", Modal: true, Kind: ui.Ghost, Small: true})
	}
	return m
}

func version(n int64) string { return strconv.FormatInt(n, 10) }
