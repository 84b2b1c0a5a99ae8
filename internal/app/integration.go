package app

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/web/integrationpages"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Tie is the integration between both houses.
type Tie struct {
	*integration.Service
}

// wireTie puts the integration between the CRM and Projects, and tells it of what
// happens in both. The door is the only part of Projects it is given.
func wireTie(g Ground, crm CRM, project Project, c Config) Tie {
	s := integration.New(integration.Parts{
		DB: g.DB, Door: project.Door, People: g.Identity, Access: crm.Access, Records: crm.Records, Notes: crm.Notes, Files: crm.Files,
		Queue: g.Queue, Letters: g.Mail, Notices: g.Notices, Box: g.Box, Log: c.Log,
		Owned: func(ctx context.Context, person id.ID) ([]id.ID, error) { return owned(ctx, project.Portals, person) },
	})
	s.Register()
	crm.Access.AddHooks(s.AccessHooks())
	crm.Records.AddHook(s.RecordHook())
	crm.Notes.AddHook(s.NoteHook)
	project.Portals.AddHooks(portal.Hooks{Changed: s.PortalEvent})
	project.Keys.AddHooks(servicekey.Hooks{KeyChanged: s.KeyEvent})
	return Tie{s}
}

// owned lists the portals a person owns.
func owned(ctx context.Context, portals *portal.Service, person id.ID) ([]id.ID, error) {
	list, err := portals.MembershipsOf(ctx, person, "")
	if err != nil {
		return nil, err
	}
	var out []id.ID
	for _, m := range list {
		if m.Owned() {
			out = append(out, m.Portal.ID)
		}
	}
	return out, nil
}

// frame adds the Projects tab for those who have it, and what concerns the whole
// organisation: the days left of the trial, a key that no longer opens the portal.
func (t Tie) frame(ctx context.Context, as access.Actor, f *shell.Frame) error {
	r, err := t.Rights(ctx, as)
	if err != nil {
		return err
	}
	if r.Shown() {
		f.Tabs = append(f.Tabs, ui.Link{Label: locale.T(ctx, "web.nav.projects"), URL: crmURL(as.Org()) + "/projects"})
	}
	mend := ui.Link{}
	if as.Admin() {
		mend = ui.Link{Label: locale.T(ctx, "web.banner.open"), URL: crmURL(as.Org()) + "/setup/integration"}
	}
	switch {
	case r.Status == integration.StatusTrial && as.Admin():
		f.Banners = append(f.Banners, ui.Banner{Tone: ui.Info, Text: locale.T(ctx, "web.banner.trial", locale.Args{"Count": r.TrialDays}), Action: mend})
	case r.Status == integration.StatusKeyInvalid && (r.Grid.View || as.Admin()):
		f.Banners = append(f.Banners, ui.Banner{Tone: ui.Warning, Text: locale.T(ctx, "web.banner.key_invalid"), Action: mend})
	case r.Status == integration.StatusTrialExpired && as.Admin():
		f.Banners = append(f.Banners, ui.Banner{Tone: ui.Warning, Text: locale.T(ctx, "web.banner.trial_expired"), Action: mend})
	}
	return nil
}

// panel is the place of a record's projects on its page, for those who have them. The
// list itself comes later, so that Projects never holds the page up.
func (t Tie) panel(ctx context.Context, as access.Actor, module string, record id.ID) (ui.Lazy, bool) {
	r, err := t.Rights(ctx, as)
	if err != nil || !r.Shown() {
		return ui.Lazy{}, false
	}
	at := crmURL(as.Org()) + "/" + module + "/" + record.String()
	if module == access.TabTasks {
		return integrationpages.TaskPanel(ctx, at), true
	}
	return ui.Lazy{ID: "related-projects", URL: at + "/projects", Label: locale.T(ctx, "web.nav.projects")}, true
}

// customer is the place of what CRM tells of a customer, in portals that are joined.
func (t Tie) customer(ctx context.Context, portal id.ID, at string) (ui.Lazy, bool) {
	joined, err := t.Joined(ctx, portal)
	return integrationpages.CustomerPanel(ctx, at), err == nil && joined
}

// crmTask is the place of a project's task in the CRM, in portals that are joined.
func (t Tie) crmTask(ctx context.Context, portal id.ID, at string) (ui.Lazy, bool) {
	joined, err := t.Joined(ctx, portal)
	return integrationpages.CRMTaskPanel(ctx, at), err == nil && joined
}

// canAddToCRM says whether who is signed in could add tasks of a project to a CRM.
func (t Tie) canAddToCRM(ctx context.Context, portal, project id.ID) bool {
	who, err := shell.Signed(ctx)
	if err != nil {
		return false
	}
	can, err := t.CanAddToCRM(ctx, who, portal, project)
	return err == nil && can
}
