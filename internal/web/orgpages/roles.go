package orgpages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// roleTree is the tree of roles with the form that adds one.
type roleTree struct {
	base   string
	title  string
	admin  bool
	roles  []access.Role
	parent id.ID
	name   string
	open   bool
	errs   ui.Errors
}

// roleForm is one role with its two forms: what it is called and where it hangs.
// Each is an act of its own, so each has its own errors.
type roleForm struct {
	base     string
	role     access.Role
	above    string // the name of the role it hangs under
	admin    bool
	name     string
	parent   id.ID
	parents  []ui.Option
	nameErrs ui.Errors
	moveErrs ui.Errors
	named    clash
	moved    clash
}

// indent shows a role's depth inside a select, where nothing else can.
const indent = "\u00a0\u00a0\u00a0"

func roleOptions(list []access.Role) []ui.Option {
	var out []ui.Option
	for _, x := range list {
		out = append(out, ui.Option{Value: x.ID.String(), Label: strings.Repeat(indent, x.Depth) + x.Name})
	}
	return out
}

// outside leaves out a role and everything below it: nothing can go under itself.
func outside(list []access.Role, role id.ID) []access.Role {
	at := slices.IndexFunc(list, func(r access.Role) bool { return r.ID == role })
	if at < 0 {
		return list
	}
	end := at + 1
	for end < len(list) && list[end].Depth > list[at].Depth {
		end++
	}
	return append(slices.Clone(list[:at]), list[end:]...)
}

func nameOf(list []access.Role, role id.ID) string {
	for _, x := range list {
		if x.ID == role {
			return x.Name
		}
	}
	return ""
}

func (p *Pages) roles(w http.ResponseWriter, r *http.Request) error {
	parent := idOf(r.URL.Query().Get("parent"))
	return p.showRoles(w, r, roleTree{parent: parent, open: parent != 0}, nil)
}

func (p *Pages) showRoles(w http.ResponseWriter, r *http.Request, t roleTree, fault error) error {
	ctx, as := r.Context(), actor(r)
	var err error
	if t.roles, err = p.access.Roles(ctx, as); err != nil {
		return err
	}
	t.base, t.title, t.admin, t.errs = setup(as), locale.T(ctx, "orgpages.roles"), as.RequireAdmin() == nil, shell.Errors(ctx, fault)
	return p.shell.Render(w, r, shell.Page{Title: t.title, Crumbs: crumbs(ctx, as, t.title), Status: shell.StatusOf(fault), Body: rolesPage(t)})
}

func (p *Pages) createRole(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	parent, name := in.ID("parent"), in.Text("name")
	made, err := p.access.CreateRole(ctx, actor(r), parent, name)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showRoles(w, r, roleTree{parent: parent, name: name, open: true}, err)
	}
	return p.shell.Done(w, r, setup(actor(r))+"/roles", locale.T(ctx, "orgpages.role.created", locale.Args{"Name": made.Name}))
}

// placed gives the role of the address and the tree it stands in.
func (p *Pages) placed(ctx context.Context, r *http.Request) (access.Role, []access.Role, error) {
	n, err := shell.ID(r, "role")
	if err != nil {
		return access.Role{}, nil, err
	}
	tree, err := p.access.Roles(ctx, actor(r))
	if err != nil {
		return access.Role{}, nil, err
	}
	at := slices.IndexFunc(tree, func(x access.Role) bool { return x.ID == n })
	if at < 0 {
		return access.Role{}, nil, fault.NotFound("access.fault.no_role")
	}
	return tree[at], tree, nil
}

func (p *Pages) role(w http.ResponseWriter, r *http.Request) error {
	return p.showRole(w, r, nil, 0)
}

// showRole shows a role as saved; fill puts in what was typed and what was wrong.
func (p *Pages) showRole(w http.ResponseWriter, r *http.Request, fill func(f *roleForm, tree []access.Role), status int) error {
	ctx, as := r.Context(), actor(r)
	x, tree, err := p.placed(ctx, r)
	if err != nil {
		return err
	}
	f := roleForm{base: setup(as), role: x, above: nameOf(tree, x.ParentID), admin: as.RequireAdmin() == nil, name: x.Name, parent: x.ParentID, parents: roleOptions(outside(tree, x.ID))}
	if fill != nil {
		fill(&f, tree)
	}
	return p.shell.Render(w, r, shell.Page{Title: x.Name, Status: status, Body: rolePage(f),
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.roles"), URL: f.base + "/roles"}, x.Name)})
}

// changeRole runs one act on the role of the address; after a fault the page shows
// what was typed.
func (p *Pages) changeRole(w http.ResponseWriter, r *http.Request, act func(ctx context.Context, role id.ID, in shell.Input) error,
	fill func(f *roleForm, tree []access.Role, in shell.Input, err error)) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "role")
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := act(ctx, n, in); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showRole(w, r, func(f *roleForm, tree []access.Role) { fill(f, tree, in, err) }, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, setup(actor(r))+"/roles", locale.T(ctx, "orgpages.saved"))
}

func (p *Pages) renameRole(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return p.changeRole(w, r, func(ctx context.Context, role id.ID, in shell.Input) error {
		_, err := p.access.RenameRole(ctx, actor(r), role, in.Text("name"), in.Int("version"))
		return err
	}, func(f *roleForm, _ []access.Role, in shell.Input, err error) {
		f.name, f.nameErrs = in.Text("name"), shell.Errors(ctx, err)
		if stale(err) {
			f.named.differ(locale.T(ctx, "orgpages.name"), f.name, f.role.Name)
		}
	})
}

func (p *Pages) moveRole(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return p.changeRole(w, r, func(ctx context.Context, role id.ID, in shell.Input) error {
		_, err := p.access.MoveRole(ctx, actor(r), role, in.ID("parent"), in.Int("version"))
		return err
	}, func(f *roleForm, tree []access.Role, in shell.Input, err error) {
		f.parent, f.moveErrs = in.ID("parent"), shell.Errors(ctx, err)
		if stale(err) {
			f.moved.differ(locale.T(ctx, "orgpages.role.parent"), nameOf(tree, f.parent), f.above)
		}
	})
}

func (p *Pages) askDeleteRole(w http.ResponseWriter, r *http.Request) error {
	return p.showDeleteRole(w, r, 0, nil)
}

func (p *Pages) showDeleteRole(w http.ResponseWriter, r *http.Request, moveTo id.ID, fault error) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err // who may not do it is not asked either
	}
	x, tree, err := p.placed(ctx, r)
	if err != nil {
		return err
	}
	if moveTo == 0 {
		moveTo = x.ParentID
	}
	title := locale.T(ctx, "orgpages.role.delete")
	ask := leaving{
		Confirm: ui.Confirm{Title: title, Text: locale.T(ctx, "orgpages.role.delete.text", locale.Args{"Name": x.Name, "Count": x.Users}), Action: rolePath(as, x.ID) + "/delete",
			Label: locale.T(ctx, "orgpages.delete"), Dangerous: true, BackURL: rolePath(as, x.ID), Hidden: []ui.Hidden{{Name: "version", Value: num(x.Version)}}, Errors: shell.Errors(ctx, fault)},
		label: locale.T(ctx, "orgpages.role.move_to"), to: moveTo, options: roleOptions(outside(tree, x.ID)),
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: shell.StatusOf(fault), Body: framed(leavingPart(ask)), Fragment: leavingPart(ask),
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.roles"), URL: setup(as) + "/roles"}, x.Name)})
}

func (p *Pages) deleteRole(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "role")
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	to := in.ID("move_to")
	if err := p.access.DeleteRole(ctx, as, n, to, in.Int("version")); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showDeleteRole(w, r, to, err)
	}
	return p.shell.Done(w, r, setup(as)+"/roles", locale.T(ctx, "orgpages.role.deleted"))
}

func rolePath(as access.Actor, role id.ID) string { return setup(as) + "/roles/" + role.String() }
