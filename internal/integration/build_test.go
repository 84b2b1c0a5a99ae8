package integration_test

import (
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// records builds accounts, contacts and deals.
type records struct {
	w *world
	s *record.Service
}

func newRecords(w *world) records {
	return records{w: w, s: record.New(w.db, w.crm.Access, builtin.Modules())}
}

func (r records) make(as access.Actor, module string, values map[string]any) id.ID {
	r.w.t.Helper()
	made, err := r.s.Create(r.w.t.Context(), as, module, values)
	r.w.ok(err)
	return made.ID
}

func (r records) account(as access.Actor, name string) id.ID {
	r.w.t.Helper()
	return r.make(as, access.TabAccounts, map[string]any{"Account_Name": name})
}

func (r records) contact(as access.Actor, account id.ID, last, email string) id.ID {
	r.w.t.Helper()
	v := map[string]any{"Last_Name": last, "Email": email}
	if account != 0 {
		v["Account_Name"] = account
	}
	return r.make(as, access.TabContacts, v)
}

func (r records) deal(as access.Actor, account id.ID, name string) id.ID {
	r.w.t.Helper()
	return r.make(as, access.TabDeals, map[string]any{"Deal_Name": name, "Account_Name": account,
		"Closing_Date": "2026-12-31", "Stage": "Qualification"})
}

func (r records) version(as access.Actor, module string, of id.ID) int64 {
	r.w.t.Helper()
	got, _, err := r.s.Get(r.w.t.Context(), as, module, of)
	r.w.ok(err)
	return got.Version
}

// move gives a deal another account.
func (r records) move(as access.Actor, deal, account id.ID) {
	r.w.t.Helper()
	_, err := r.s.Update(r.w.t.Context(), as, access.TabDeals, deal, r.version(as, access.TabDeals, deal),
		map[string]any{"Account_Name": account})
	r.w.ok(err)
}

func (r records) delete(as access.Actor, module string, of id.ID) {
	r.w.t.Helper()
	r.w.ok(r.s.Delete(r.w.t.Context(), as, module, of))
}

func (r records) restore(as access.Actor, deal id.ID) {
	r.w.t.Helper()
	r.w.ok(r.s.Restore(r.w.t.Context(), as, access.TabDeals, deal))
}

// tick does what the periodic jobs do at this moment.
func (w *world) tick(as access.Actor) {
	w.t.Helper()
	w.ok(integration.Rounds(w.t.Context(), w.s, as.Org()))
	w.drain()
}

// drain works off every job.
func (w *world) drain() {
	w.t.Helper()
	jobstest.Drain(w.t, w.crm.Queue)
}

// letters gives the subjects of the letters to an administrator of the organisation.
func (w *world) letters(as access.Actor) []string {
	w.t.Helper()
	list, err := w.crm.Mail.List(w.t.Context(), mail.Tenant{Org: as.Org()}, page.Request{Size: page.MaxSize})
	w.ok(err)
	var out []string
	for _, m := range list.Items {
		if m.To.Email == as.Email() {
			out = append(out, m.Subject)
		}
	}
	return out
}

// project makes a project in the portal, for a client company unless it is zero.
func (w *world) project(owner portal.Member, name string, company id.ID) work.Project {
	w.t.Helper()
	p, err := w.work.CreateProject(w.t.Context(), owner, "", work.NewProject{Name: name})
	w.ok(err)
	if company != 0 {
		w.ok(w.work.AddClient(w.t.Context(), owner, p.ID, work.NewClient{Company: company}))
	}
	return p
}

func (w *world) create(as access.Actor, in integration.NewProject) gate.Project {
	w.t.Helper()
	p, err := w.s.CreateProject(w.t.Context(), as, in)
	w.ok(err)
	return p
}

func (w *world) associate(as access.Actor, module string, record, project id.ID) {
	w.t.Helper()
	out, err := w.s.AssociateExisting(w.t.Context(), as, integration.Associate{
		Idem: "associate-" + record.String(), Module: module, Record: record, Projects: []id.ID{project}})
	w.ok(err)
	if len(out) != 1 || out[0].Problem != nil {
		w.t.Fatalf("associate: %+v", out)
	}
}

// join puts a portal user on a project.
func (w *world) join(project id.ID, as access.Actor, email string) {
	w.t.Helper()
	portalID := w.overview(as).Portal.ID
	owner := w.projects.Enter(w.t, w.projects.Person(w.t, as.Email(), ""), portalID)
	member := w.projects.Enter(w.t, w.projects.Person(w.t, email, ""), portalID)
	w.ok(w.work.AddMembers(w.t.Context(), owner, project, []id.ID{member.ID()}, work.RoleMember))
}

// members counts the members of a portal.
func (w *world) members(owner portal.Member) int {
	w.t.Helper()
	n, cursor := 0, ""
	for {
		list, err := w.projects.Portals.Members(w.t.Context(), owner, portal.PeopleFilter{Page: page.Request{Cursor: cursor, Size: page.MaxSize}})
		w.ok(err)
		n += len(list.Items)
		if cursor = list.Next; cursor == "" {
			return n
		}
	}
}

// contacts counts the contacts an administrator sees, up to one page of them.
func (w *world) contacts(as access.Actor) int {
	w.t.Helper()
	l, err := w.records.s.List(w.t.Context(), as, access.TabContacts, record.Query{Page: page.Request{Size: page.MaxSize}})
	w.ok(err)
	return len(l.Items)
}
