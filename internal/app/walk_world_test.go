package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/crm/view"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/importer"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// walkPassword is what everybody of the walk signs in with.
const walkPassword = "correct horse battery"

// walkWorld is an installation with two sides that must know nothing of each other:
// an organisation joined to a portal each. Every name on a side begins with its word,
// and what follows the word says who of the side may read it.
type walkWorld struct {
	t     *testing.T
	app   *app.App
	clock *storetest.Clock
	log   *faultLog
	sides [2]*side
}

// side is one organisation with its portal. ids holds what a route's parameter may be.
type side struct {
	w    *walkWorld
	word string

	org, portal id.ID
	admin       access.Actor
	owner       portal.Member
	ids         map[string]id.ID
	people      map[string]identity.Person
}

func newWalkWorld(t *testing.T, database string) *walkWorld {
	t.Helper()
	w := &walkWorld{t: t, clock: &storetest.Clock{}, log: &faultLog{}}
	a, err := app.Open(t.Context(), app.Config{Database: database, Secret: "a secret that only tests know", Log: slog.New(w.log), Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	w.app = a
	for i, word := range []string{"alfa7qx", "bravo7qx"} {
		w.sides[i] = w.side(word)
	}
	for _, err := range jobstest.Drain(t, a.Ground.Queue) {
		t.Fatal(err)
	}
	return w
}

// must ends the test where the world cannot be made.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *side) person(key, email, lang string) identity.Person {
	s.w.t.Helper()
	var p identity.Person
	err := s.w.app.Ground.DB.Write(s.w.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = s.w.app.Ground.Identity.Create(ctx, tx, identity.NewPerson{Email: email, Name: s.word + " " + key, Password: walkPassword, Locale: lang, TimeZone: "Asia/Tokyo"})
		return err
	})
	if err != nil {
		s.w.t.Fatal(err)
	}
	s.people[key] = p
	return p
}

func (w *walkWorld) newSide(word string) *side {
	return &side{w: w, word: word, ids: map[string]id.ID{}, people: map[string]identity.Person{}}
}

func (w *walkWorld) side(word string) *side {
	w.t.Helper()
	s := w.newSide(word)
	admin := s.person("admin", word+"-admin@example.jp", "ja")
	// What the integration carries into the portal, users and accounts, has no part.
	for key, part := range map[string]string{"standard": "", "tabless": "crm", "client": "portal", "contractor": "portal", "staff": "portal"} {
		s.person(key, word+part+"-"+key+"@example.jp", "en")
	}
	s.admin = must[access.Actor](w.t)(w.app.CRM.Access.Create(w.t.Context(), admin, access.NewOrganisation{
		Name: word + "crm organisation", Edition: access.Paid, TimeZone: "Asia/Tokyo", Currency: "JPY", Locale: "en"}))
	s.org = s.admin.Org()
	s.users()
	s.records()
	p := must[portal.Portal](w.t)(w.app.Project.Portals.Create(w.t.Context(), admin, portal.NewPortal{Name: word + "portal"}))
	s.portal = p.ID
	s.owner = must[portal.Member](w.t)(w.app.Project.Portals.Enter(w.t.Context(), admin, p.ID))
	s.projects()
	s.join()
	return s
}

// users makes the standard user, and one whose profile has no Projects tab.
func (s *side) users() {
	t, rights := s.w.t, s.w.app.CRM.Access
	ctx := t.Context()
	profiles := map[access.ProfileKind]id.ID{}
	for _, p := range must[[]access.Profile](t)(rights.Profiles(ctx, s.admin)) {
		profiles[p.Kind] = p.ID
	}
	roles := must[[]access.Role](t)(rights.Roles(ctx, s.admin))
	role := roles[len(roles)-1].ID
	system := rights.System(s.org, "walk")
	s.ids["user"] = must[access.User](t)(rights.Admit(ctx, system, s.people["standard"], access.NewUser{ProfileID: profiles[access.ProfileStandard], RoleID: role})).ID
	clone := must[access.Profile](t)(rights.CloneProfile(ctx, s.admin, profiles[access.ProfileStandard], s.word+"crm profile"))
	must[access.User](t)(rights.Admit(ctx, system, s.people["tabless"], access.NewUser{ProfileID: clone.ID, RoleID: role}))
	must[access.User](t)(rights.Invite(ctx, s.admin, access.NewUser{Email: s.word + "crm-new@example.jp", Name: s.word + "crm newcomer", ProfileID: clone.ID, RoleID: role}))
	s.ids["profile"], s.ids["role"] = clone.ID, must[access.Role](t)(rights.CreateRole(ctx, s.admin, role, s.word+"crm role")).ID
}

func (s *side) records() {
	t, records := s.w.t, s.w.app.CRM.Records
	make := func(module string, v map[string]any) id.ID {
		r, err := records.Create(t.Context(), s.admin, module, v)
		if err != nil {
			t.Fatal(err)
		}
		s.ids[module] = r.ID
		return r.ID
	}
	account := make(builtin.Accounts, map[string]any{"Account_Name": s.word + " account"})
	contact := make(builtin.Contacts, map[string]any{"Last_Name": s.word + "crm contact", "Email": s.word + "crm-contact@example.jp", "Account_Name": account})
	make(builtin.Deals, map[string]any{"Deal_Name": s.word + "crm deal", "Stage": "Qualification", "Closing_Date": "2026-12-01", "Account_Name": account, "Contact_Name": contact})
	n, err := s.w.app.CRM.Notes.Create(t.Context(), s.admin, builtin.Accounts, account, s.word+"crm note", s.word+"crm words")
	if err != nil {
		t.Fatal(err)
	}
	s.ids["note"] = n.ID
	f, err := s.w.app.CRM.Files.Attach(t.Context(), s.admin, builtin.Accounts, account, "", s.word+"crm file.txt", strings.NewReader(s.word+"crm content"))
	if err != nil {
		t.Fatal(err)
	}
	s.ids["crm file"] = f.ID
	s.ids["view"] = must[view.View](t)(s.w.app.CRM.Views.Create(t.Context(), s.admin, builtin.Accounts, view.Draft{Name: s.word + "crm view", Shared: true, Columns: []string{"Phone"},
		Criteria: query.Criteria{Any: true, List: []query.Criterion{{Field: "Account_Name", Op: query.Contains, Values: []string{s.word}}, {Field: "Annual_Revenue", Op: query.Between, Values: []string{"1", "2"}},
			{Field: "Created_Time", Op: query.LastDays, Values: []string{"30"}}, {Field: "Industry", Op: query.OneOf, Values: []string{"Retail"}}}}})).ID
}

// projects makes one project the client user and the contractor are on, and a private
// one they are not on.
func (s *side) projects() {
	t, portals, works := s.w.t, s.w.app.Project.Portals, s.w.app.Project.Works
	ctx := t.Context()
	company := must[portal.Company](t)(portals.CreateCompany(ctx, s.owner, portal.Company{Name: s.word + "portal client"}))
	guest := must[portal.Person](t)(portals.InviteClientUser(ctx, s.owner, company.ID, portal.NewClientUser{Email: s.people["client"].Email(), Name: s.word + "portal client user"}))
	contractor := must[portal.Person](t)(portals.Invite(ctx, s.owner, portal.NewMember{Email: s.people["contractor"].Email(), Name: s.word + "portal contractor", Role: portal.RoleContractor, EndsOn: "2027-01-01"}))
	staff := must[portal.Person](t)(portals.Invite(ctx, s.owner, portal.NewMember{Email: s.people["staff"].Email(), Name: s.word + "portal staff", Role: portal.RoleAdministrator}))
	closed := false
	shared := must[work.Project](t)(works.CreateProject(ctx, s.owner, "", work.NewProject{Name: s.word + "work project", Overview: s.word + "work", Public: &closed, Company: company.ID, Users: []id.ID{guest.ID}}))
	if err := works.AddMembers(ctx, s.owner, shared.ID, []id.ID{contractor.ID}, work.RoleMember); err != nil {
		t.Fatal(err)
	}
	hidden := must[work.Project](t)(works.CreateProject(ctx, s.owner, "", work.NewProject{Name: s.word + "secret project", Public: &closed}))
	must[work.Task](t)(works.CreateTask(ctx, s.owner, hidden.ID, "", work.TaskInput{Title: s.word + "secret task"}))
	list := must[work.TaskList](t)(works.CreateTaskList(ctx, s.owner, shared.ID, "", work.TaskListInput{Name: s.word + "inner list"}))
	task := must[work.Task](t)(works.CreateTask(ctx, s.owner, shared.ID, "", work.TaskInput{Title: s.word + "inner task", List: list.ID}))
	milestone := must[work.Milestone](t)(works.CreateMilestone(ctx, s.owner, shared.ID, "", work.MilestoneInput{Name: s.word + "inner milestone", StartDate: "2026-04-01", EndDate: "2026-05-01"}))
	bug := must[work.Bug](t)(works.CreateBug(ctx, s.owner, shared.ID, "", work.BugInput{Title: s.word + "inner bug"}))
	said := must[work.Comment](t)(works.AddComment(ctx, s.owner, shared.ID, work.KindTask, task.ID, "", work.NewComment{Body: s.word + "inner comment"}))
	hours := must[work.TimeLog](t)(works.SaveTimeLog(ctx, s.owner, shared.ID, "", work.TimeInput{Kind: work.KindTask, Item: task.ID, Day: "2026-04-01", Minutes: 30, Note: s.word + "secret hours"}))
	paper := must[work.Document](t)(works.AddDocument(ctx, s.owner, shared.ID, "", work.DocumentInput{Name: s.word + "inner paper.txt"}, strings.NewReader(s.word+"inner words")))
	line := must[id.ID](t)(works.AddChecklistLine(ctx, s.owner, shared.ID, task.ID, "", s.word+"inner line"))
	own := must[work.Field](t)(works.SaveField(ctx, s.owner, work.Field{Name: s.word + "portal field", Kind: work.FieldText}))
	heard := must[work.Comment](t)(works.AddComment(ctx, s.owner, shared.ID, work.KindBug, bug.ID, "", work.NewComment{Body: s.word + "inner comment"}))
	status := must[work.ProjectStatus](t)(works.SaveProjectStatus(ctx, s.owner, work.ProjectStatus{Name: s.word + "portal status"}))
	s.ids["status"] = must[id.ID](t)(id.Parse(status.Key))
	group := must[work.Group](t)(works.CreateGroup(ctx, s.owner, s.word+"work group"))
	for name, of := range map[string]id.ID{"project": shared.ID, "hidden": hidden.ID, "task": task.ID, "list": list.ID, "milestone": milestone.ID,
		"bug": bug.ID, "group": group.ID, "comment": said.ID, "entry": hours.ID, "document": paper.ID, "field": own.ID, "line": line, "bug comment": heard.ID, "client": company.ID, "company": company.ID, "clientuser": guest.ID, "member": staff.ID, "portal user": staff.ID} {
		s.ids[name] = of
	}
}

// join takes the organisation through the set-up twice, so that something is kept of
// the first time, and puts the project on the account.
func (s *side) join() {
	t, tie := s.w.t, s.w.app.Tie
	ctx := t.Context()
	s.bind(0)
	gone := must[integration.Overview](t)(tie.Disable(ctx, s.admin, must[integration.Overview](t)(tie.Overview(ctx, s.admin)).Version))
	s.bind(gone.Version)
	s.rules()
	s.approval()
	s.tasks()
	s.told()
	s.letters()
	s.imports()
}

func (s *side) bind(version int64) {
	t, tie := s.w.t, s.w.app.Tie
	ctx := t.Context()
	o := must[integration.Overview](t)(tie.GetStarted(ctx, s.admin, version))
	choices := must[integration.PortalChoices](t)(tie.Portals(ctx, s.admin))
	grid := must[integration.Grid](t)(tie.Grid(ctx, s.admin))
	form := integration.GridForm{Version: grid.Version}
	for _, r := range grid.Rows {
		if !r.Locked {
			on := r.Profile != s.ids["profile"]
			form.Rows = append(form.Rows, integration.GridTicks{Profile: r.Profile, Rights: access.Rights{View: on, Create: on, Edit: on, Delete: on}})
		}
	}
	o = must[integration.Overview](t)(tie.SaveSetup(ctx, s.admin, integration.Setup{Portal: s.portal, Grid: form, Version: o.Version, ChoiceVersion: choices.Version}))
	must[integration.Overview](t)(tie.AnswerAssociation(ctx, s.admin, true, o.Version))
	for _, err := range jobstest.Drain(t, s.w.app.Ground.Queue) {
		t.Fatal(err)
	}
	must[[]integration.Associated](t)(tie.AssociateExisting(ctx, s.admin, integration.Associate{Idem: s.word, Module: builtin.Accounts, Record: s.ids[builtin.Accounts], Projects: []id.ID{s.ids["project"]}}))
}

// rules leaves a rule with a line of its ledger.
func (s *side) rules() {
	t, tie := s.w.t, s.w.app.Tie
	r := must[integration.Rule](t)(tie.SaveRule(t.Context(), s.admin, integration.Rule{Name: s.word + "crm rule", Module: builtin.Deals,
		Conditions: []integration.Condition{{Field: "Deal_Name", Op: integration.OpNotEmpty}}, Action: integration.RuleAction{Pattern: s.word + " ruled"}}))
	must[int](t)(tie.RunRule(t.Context(), s.admin, r.ID, []id.ID{s.ids[builtin.Deals]}))
	s.ids["rule"] = r.ID
	s.ids["firing"] = must[page.Page[integration.Firing]](t)(tie.Firings(t.Context(), s.admin, "", page.Request{})).Items[0].ID
}

// approval leaves a request to the owner of a portal.
func (s *side) approval() {
	t, tie := s.w.t, s.w.app.Tie
	if err := tie.AskApproval(t.Context(), s.admin, s.word+"-owner@example.jp"); err != nil {
		t.Fatal(err)
	}
	s.ids["approval"] = must[integration.PortalChoices](t)(tie.Portals(t.Context(), s.admin)).Approval.ID
}

// tasks ties a task of the CRM to the project.
func (s *side) tasks() {
	t, tie := s.w.t, s.w.app.Tie
	task := must[record.Record](t)(s.w.app.CRM.Records.Create(t.Context(), s.admin, builtin.Tasks, map[string]any{"Subject": s.word + " tied task", "Account_Name": s.ids[builtin.Accounts]}))
	s.ids[builtin.Tasks] = task.ID
	if err := tie.AddToProject(t.Context(), s.admin, task.ID, s.ids["project"]); err != nil {
		t.Fatal(err)
	}
}

// told leaves a notice that is the administrator's alone.
func (s *side) told() {
	t, g := s.w.t, s.w.app.Ground
	err := g.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return g.Notices.Post(ctx, tx, []notice.New{{Person: s.people["admin"].ID(), Kind: notice.KindComment, Key: "notice.text.comment",
			Args: fault.Args{"By": s.word, "Item": s.word + "crm notice", "Where": s.word}, Path: "/me", Unique: "walk"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	s.ids["notice"] = must[page.Page[notice.Notice]](t)(g.Notices.List(t.Context(), s.people["admin"], page.Request{})).Items[0].ID
}

// imports leaves a file with each house that nobody else may read.
func (s *side) imports() {
	t, in := s.w.t, s.w.app.Imports
	run := must[importer.Run](t)(in.Upload(t.Context(), s.org, s.admin.User(), "accounts", s.word+"crm file.csv", []byte("Account\n"+s.word+"crm row\n")))
	s.ids["crm run"] = run.ID
	run = must[importer.Run](t)(in.Upload(t.Context(), s.portal, s.owner.ID(), "clients", s.word+"secret file.csv", []byte("Client\n"+s.word+"secret row\n")))
	s.ids["portal run"] = run.ID
}

// letters finds one to walk to in the outbox of each house, with a file if there is one.
func (s *side) letters() {
	t, rights, portals := s.w.t, s.w.app.CRM.Access, s.w.app.Project.Portals
	for _, m := range must[page.Page[mail.Message]](t)(rights.Letters(t.Context(), s.admin, page.Request{})).Items {
		if whole := must[mail.Message](t)(rights.Letter(t.Context(), s.admin, m.ID)); s.ids["letter"] == 0 || len(whole.Attachments) > 0 {
			s.ids["letter"] = m.ID
		}
	}
	for _, m := range must[page.Page[mail.Message]](t)(portals.Letters(t.Context(), s.owner, page.Request{})).Items {
		s.ids["portal letter"] = m.ID
	}
}
