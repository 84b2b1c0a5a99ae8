package orgpages

import (
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// profileList is the list of profiles with the form that clones one.
type profileList struct {
	base     string
	title    string
	admin    bool
	profiles []access.Profile
	users    int
	source   id.ID
	name     string
	open     bool
	errs     ui.Errors
}

// profileForm is one profile as its page shows it: as saved, or as typed.
type profileForm struct {
	base    string
	profile access.Profile
	fixed   bool // nobody may change it, or whoever looks may not
	typed   access.ProfileChange
	errs    ui.Errors
	clash   clash
}

func (p *Pages) profiles(w http.ResponseWriter, r *http.Request) error {
	source := idOf(r.URL.Query().Get("source"))
	return p.showProfiles(w, r, profileList{source: source, open: source != 0}, nil)
}

func (p *Pages) showProfiles(w http.ResponseWriter, r *http.Request, l profileList, fault error) error {
	ctx, as := r.Context(), actor(r)
	var err error
	if l.profiles, err = p.access.Profiles(ctx, as); err != nil {
		return err
	}
	for _, x := range l.profiles {
		l.users += x.Users
		if l.source == 0 && x.Kind == access.ProfileStandard {
			l.source = x.ID
		}
	}
	l.base, l.title, l.admin, l.errs = setup(as), locale.T(ctx, "orgpages.profiles"), as.RequireAdmin() == nil, shell.Errors(ctx, fault)
	return p.shell.Render(w, r, shell.Page{Title: l.title, Crumbs: crumbs(ctx, as, l.title), Status: shell.StatusOf(fault), Body: profilesPage(l)})
}

func (p *Pages) cloneProfile(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	source, name := in.ID("source"), in.Text("name")
	made, err := p.access.CloneProfile(ctx, as, source, name)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showProfiles(w, r, profileList{source: source, name: name, open: true}, err)
	}
	// What a new profile may is what is asked next.
	return p.shell.Done(w, r, profilePath(as, made.ID), locale.T(ctx, "orgpages.profile.cloned", locale.Args{"Name": made.Name}))
}

func profilePath(as access.Actor, profile id.ID) string {
	return setup(as) + "/profiles/" + profile.String()
}

func (p *Pages) profile(w http.ResponseWriter, r *http.Request) error {
	return p.showProfile(w, r, nil, nil)
}

// showProfile shows the profile as saved or, after a fault, as typed.
func (p *Pages) showProfile(w http.ResponseWriter, r *http.Request, typed *access.ProfileChange, fault error) error {
	ctx, as := r.Context(), actor(r)
	n, err := shell.ID(r, "profile")
	if err != nil {
		return err
	}
	x, err := p.access.Profile(ctx, as, n)
	if err != nil {
		return err
	}
	f := profileForm{base: setup(as), profile: x, fixed: x.Locked() || as.RequireAdmin() != nil, errs: shell.Errors(ctx, fault),
		typed: access.ProfileChange{ID: x.ID, Name: x.Name, Tabs: x.Tabs, Permissions: x.Permissions, Version: x.Version}}
	if typed != nil && !f.fixed {
		f.typed = *typed
		f.typed.Version = x.Version
		if stale(fault) {
			f.clash = profileClash(ctx, x, *typed)
		}
	}
	return p.shell.Render(w, r, shell.Page{Title: x.Name, Status: shell.StatusOf(fault), Body: profilePage(f),
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.profiles"), URL: f.base + "/profiles"}, x.Name)})
}

func (p *Pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "profile")
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	typed := access.ProfileChange{ID: n, Name: in.Text("name"), Tabs: map[string]access.Rights{}, Permissions: map[access.Permission]bool{}, Version: in.Int("version")}
	for _, tab := range access.Tabs() {
		typed.Tabs[tab] = access.Rights{View: in.On(tick(tab, access.View)), Create: in.On(tick(tab, access.Create)),
			Edit: in.On(tick(tab, access.Edit)), Delete: in.On(tick(tab, access.Delete))}
	}
	for _, perm := range in.All("permission") {
		typed.Permissions[access.Permission(perm)] = true
	}
	x, err := p.access.UpdateProfile(ctx, as, typed)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showProfile(w, r, &typed, err)
	}
	return p.shell.Done(w, r, setup(as)+"/profiles", locale.T(ctx, "orgpages.profile.saved", locale.Args{"Name": x.Name}))
}

func (p *Pages) askDeleteProfile(w http.ResponseWriter, r *http.Request) error {
	return p.showDeleteProfile(w, r, 0, nil)
}

func (p *Pages) showDeleteProfile(w http.ResponseWriter, r *http.Request, moveTo id.ID, fault error) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err // who may not do it is not asked either
	}
	n, err := shell.ID(r, "profile")
	if err != nil {
		return err
	}
	x, err := p.access.Profile(ctx, as, n)
	if err != nil {
		return err
	}
	all, err := p.access.Profiles(ctx, as)
	if err != nil {
		return err
	}
	var others []ui.Option
	for _, o := range all {
		if o.ID == x.ID {
			continue
		}
		others = append(others, ui.Option{Value: o.ID.String(), Label: o.Name})
		if moveTo == 0 && o.Kind == access.ProfileStandard {
			moveTo = o.ID
		}
	}
	title, text := locale.T(ctx, "orgpages.profile.delete"), locale.T(ctx, "orgpages.profile.delete.text", locale.Args{"Name": x.Name, "Count": x.Users})
	if x.Users == 0 {
		text = locale.T(ctx, "orgpages.profile.delete.unused", locale.Args{"Name": x.Name})
	}
	ask := leaving{
		Confirm: ui.Confirm{Title: title, Text: text, Action: profilePath(as, x.ID) + "/delete",
			Label: locale.T(ctx, "orgpages.delete"), Dangerous: true, BackURL: setup(as) + "/profiles", Hidden: []ui.Hidden{{Name: "version", Value: num(x.Version)}}, Errors: shell.Errors(ctx, fault)},
		label: locale.T(ctx, "orgpages.profile.move_to"), to: moveTo, options: others, unused: x.Users == 0,
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: shell.StatusOf(fault), Body: framed(leavingPart(ask)), Fragment: leavingPart(ask),
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.profiles"), URL: setup(as) + "/profiles"}, x.Name)})
}

func (p *Pages) deleteProfile(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "profile")
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	to := in.ID("move_to")
	if err := p.access.DeleteProfile(ctx, as, n, to, in.Int("version")); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showDeleteProfile(w, r, to, err)
	}
	return p.shell.Done(w, r, setup(as)+"/profiles", locale.T(ctx, "orgpages.profile.deleted"))
}
