package app

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// workspaces lists every house of a person: the organisations first, then the
// portals they are not shut out of.
func (a *App) workspaces(ctx context.Context, p identity.Person) ([]shell.Workspace, error) {
	orgs, err := a.CRM.Access.Organisations(ctx, p)
	if err != nil {
		return nil, err
	}
	portals, err := a.Project.Portals.Memberships(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []shell.Workspace
	for _, m := range orgs {
		out = append(out, shell.Workspace{
			Key: "crm:" + m.Organisation.ID.String(), Product: locale.T(ctx, "web.nav.crm"),
			Name: m.Organisation.Name, URL: crmURL(m.Organisation.ID), Icon: "building",
		})
	}
	for _, m := range portals {
		if !m.Active {
			continue
		}
		out = append(out, shell.Workspace{
			Key: "portal:" + m.Portal.ID.String(), Product: locale.T(ctx, "web.nav.projects"),
			Name: m.Portal.Name, URL: portalURL(m.Portal.ID), Icon: "layout-kanban",
		})
	}
	return out, nil
}

func crmURL(org id.ID) string       { return "/crm/" + org.String() }
func portalURL(portal id.ID) string { return "/portal/" + portal.String() }

// enterCRM makes the badge of an organisation and the navigation it is entitled to.
func (a *App) enterCRM(ctx context.Context, p identity.Person, org id.ID) (access.Actor, shell.Frame, error) {
	as, err := a.CRM.Access.Enter(ctx, p, org)
	if err != nil {
		return access.Actor{}, shell.Frame{}, err
	}
	base := crmURL(org)
	f := shell.Frame{
		Key: "crm:" + org.String(), Name: as.Organisation().Name, Product: locale.T(ctx, "web.nav.crm"),
		HomeURL: base, SearchURL: base + "/search",
	}
	for _, tab := range []struct{ module, label string }{
		{access.TabAccounts, locale.T(ctx, "web.nav.accounts")},
		{access.TabContacts, locale.T(ctx, "web.nav.contacts")},
		{access.TabDeals, locale.T(ctx, "web.nav.deals")},
		{access.TabTasks, locale.T(ctx, "web.nav.tasks")},
	} {
		if as.Can(tab.module, access.View) {
			f.Tabs = append(f.Tabs, ui.Link{Label: tab.label, URL: base + "/" + tab.module})
		}
	}
	if err := a.Tie.frame(ctx, as, &f); err != nil {
		return access.Actor{}, shell.Frame{}, err
	}
	if as.Admin() || as.Allowed(access.ManageUsers) {
		f.Tools = append(f.Tools, ui.Link{Label: locale.T(ctx, "web.nav.setup"), URL: base + "/setup", Icon: "settings"})
	}
	return as, f, nil
}

// enterPortal makes the badge of a portal and its navigation.
func (a *App) enterPortal(ctx context.Context, p identity.Person, house id.ID) (portal.Member, shell.Frame, error) {
	as, err := a.Project.Portals.Enter(ctx, p, house)
	if err != nil {
		return portal.Member{}, shell.Frame{}, err
	}
	list, err := a.Project.Portals.Memberships(ctx, p)
	if err != nil {
		return portal.Member{}, shell.Frame{}, err
	}
	name := ""
	for _, m := range list {
		if m.Portal.ID == house {
			name = m.Portal.Name
		}
	}
	if name == "" {
		return portal.Member{}, shell.Frame{}, fault.NotFound("fault.not_found")
	}
	base := portalURL(house)
	f := shell.Frame{
		Key: "portal:" + house.String(), Name: name, Product: locale.T(ctx, "web.nav.projects"), HomeURL: base,
		Tabs: []ui.Link{{Label: locale.T(ctx, "web.nav.projects"), URL: base + "/projects"}},
	}
	if as.Can(portal.ActSeePeople) {
		f.Tabs = append(f.Tabs,
			ui.Link{Label: locale.T(ctx, "web.nav.clients"), URL: base + "/clients"},
			ui.Link{Label: locale.T(ctx, "web.nav.users"), URL: base + "/users"})
	}
	if as.Can(portal.ActSettings) {
		f.Tools = append(f.Tools, ui.Link{Label: locale.T(ctx, "web.nav.settings"), URL: base + "/settings", Icon: "settings"})
	}
	return as, f, nil
}
