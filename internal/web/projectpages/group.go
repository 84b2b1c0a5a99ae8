package projectpages

import (
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func groupsPath(as portal.Member) string { return base(as) + "/settings/groups" }

// groupForm is a name that could not be saved, of a group or, without one, for a new one.
type groupForm struct {
	of    id.ID
	typed string
	errs  ui.Errors
}

// nameFor is what stands in the input of a group.
func (f groupForm) nameFor(g work.Group) string {
	if f.of == g.ID && f.errs.Any() {
		return f.typed
	}
	return g.Name
}

// errorFor says what is wrong with the name of a group.
func (f groupForm) errorFor(group id.ID) string {
	if f.of != group {
		return ""
	}
	if e := f.errs.For("name"); e != "" {
		return e
	}
	return f.errs.Summary
}

// errors are those of the form for a new group.
func (f groupForm) errors() ui.Errors {
	if f.of != 0 {
		return ui.Errors{}
	}
	return f.errs
}

func (p *Pages) groups(w http.ResponseWriter, r *http.Request) error {
	return p.showGroups(w, r, groupForm{}, 0)
}

func (p *Pages) showGroups(w http.ResponseWriter, r *http.Request, form groupForm, code int) error {
	ctx, as := r.Context(), member(r)
	list, err := p.work.Groups(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.groups")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: groupsPage(groupsPath(as), title, list, form, as.Level(portal.ActGroups) == portal.LevelAll),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"}, {Label: title, Current: true}}})
}

func (p *Pages) addGroup(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	if _, err := p.work.CreateGroup(ctx, as, in.Text("name")); err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		return p.showGroups(w, r, groupForm{typed: in.Text("name"), errs: shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, groupsPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) renameGroup(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "group")
	if err != nil {
		return err
	}
	_, err = p.work.RenameGroup(ctx, as, n, in.Text(nameOf(n)), in.Int("version"))
	if err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindNotFound) {
			return err
		}
		return p.showGroups(w, r, groupForm{of: n, typed: in.Text(nameOf(n)), errs: shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, groupsPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) deleteGroup(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "group")
	if err != nil {
		return err
	}
	return p.sent(w, r, p.work.DeleteGroup(ctx, as, n), groupsPath(as), locale.T(ctx, "projectpages.deleted"))
}

// nameOf names the input with a group's name: a page holds one for each group.
func nameOf(group id.ID) string { return "name-" + group.String() }

func groupCount(g work.Group) locale.Args { return locale.Args{"Count": g.Projects} }
