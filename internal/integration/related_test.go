package integration_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

func whys(l integration.RelatedList) map[string][]string {
	out := map[string][]string{}
	for _, r := range l.Rows.Items {
		for _, y := range r.Whys {
			text := y.Kind
			if y.Record.Name != "" {
				text += " " + y.Record.Name
			}
			out[r.Name] = append(out[r.Name], text)
		}
	}
	return out
}

// TestProjectsOfRecords: how each project belongs, and what Disassociate leaves.
func TestProjectsOfRecords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		contact := w.records.contact(admin, account, "Mori", "mori@umi.example")
		deal := w.records.deal(admin, account, "Harbour")

		first := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: account, Name: "A account"})
		second := w.create(admin, integration.NewProject{Idem: "2", Module: access.TabContacts, Record: contact, Name: "B contact"})
		third := w.create(admin, integration.NewProject{Idem: "3", Module: access.TabDeals, Record: deal, Name: "C deal", Contacts: []id.ID{contact}})
		if len(first.Clients) != 1 || first.Clients[0].Name != "Umi" || len(third.ClientUsers) != 1 {
			t.Errorf("the client of a new project: %+v, users %v", first.Clients, third.ClientUsers)
		}
		later := w.project(owner, "D later", first.Clients[0].ID)
		w.project(owner, "E foreign", 0)

		want := map[string][]string{
			"A account": {"explicit", "client"},
			"B contact": {"contact Mori", "client"},
			"C deal":    {"deal Harbour", "client", "contact Mori"},
			"D later":   {"client"},
		}
		l := w.related(admin, access.TabAccounts, account)
		if diff := cmp.Diff(want, whys(l)); diff != "" || l.State != integration.StateRows {
			t.Errorf("the account's list is %s (-want +got)\n%s", l.State, diff)
		}
		if r := l.Rows.Items[0]; r.AssociatedBy != admin.Name() || !r.AssociatedAt.Equal(morning) || !r.Explicit {
			t.Errorf("by %q at %s, explicit %v", r.AssociatedBy, r.AssociatedAt, r.Explicit)
		}
		if diff := cmp.Diff(map[string][]string{"B contact": {"explicit", "user"}, "C deal": {"user"}},
			whys(w.related(admin, access.TabContacts, contact))); diff != "" {
			t.Errorf("the contact's list (-want +got)\n%s", diff)
		}
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 || got[0] != "C deal" {
			t.Errorf("the deal's list: %v", got)
		}
		v, err := w.s.Project(t.Context(), admin, third.ID)
		w.ok(err)
		if len(v.Records) != 2 {
			t.Errorf("the project's records: %+v", v.Records)
		}

		for _, p := range []id.ID{first.ID, later.ID} {
			w.ok(w.s.Disassociate(t.Context(), admin, access.TabAccounts, account, p, false))
		}
		if diff := cmp.Diff([]string{"B contact", "C deal"}, names(w.related(admin, access.TabAccounts, account))); diff != "" {
			t.Errorf("after disassociating (-want +got)\n%s", diff)
		}
		if _, err := w.s.Project(t.Context(), admin, first.ID); err != nil {
			t.Errorf("the project itself must live on: %v", err)
		}
		pick, err := w.s.PickProjects(t.Context(), admin, access.TabAccounts, account, integration.ListQuery{Sort: gate.SortName})
		w.ok(err)
		var offered []string
		for _, p := range pick.Items {
			offered = append(offered, p.Name)
		}
		if diff := cmp.Diff([]string{"A account", "D later", "E foreign"}, offered); diff != "" {
			t.Errorf("offered for associating (-want +got)\n%s", diff)
		}
		w.associate(admin, access.TabAccounts, account, later.ID)
		if diff := cmp.Diff([]string{"B contact", "C deal", "D later"}, names(w.related(admin, access.TabAccounts, account))); diff != "" {
			t.Errorf("after associating again (-want +got)\n%s", diff)
		}

		w.ok(w.s.TrashProject(t.Context(), admin, "t", second.ID))
		w.drain()
		if got := names(w.related(admin, access.TabContacts, contact)); len(got) != 1 || got[0] != "C deal" {
			t.Errorf("after the bin: %v", got)
		}
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.Explicit != 2 {
			t.Errorf("a trashed project still counts: %+v, %v", lost, err)
		}
	})
}

// TestPreconditions is checks 16, 17 and 18.
func TestPreconditions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		silent := w.records.contact(admin, account, "Silent", "")
		taken := w.records.contact(admin, account, "Taken", "taken@umi.example")
		staff := w.records.contact(admin, account, "Staff", admin.Email())
		elsewhere := w.records.contact(admin, w.records.account(admin, "Yama"), "Else", "else@yama.example")
		alone := w.records.contact(admin, 0, "Alone", "alone@example.com")
		loose := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Loose", "Closing_Date": "2026-12-31", "Stage": "Qualification"})
		w.projects.ClientUser(t, owner, w.projects.Company(t, owner, "Kawa").ID, "taken@umi.example")

		// An address of the portal owner's own domain is pointed at, not refused.
		form, err := w.s.NewProjectForm(t.Context(), admin, access.TabAccounts, account)
		w.ok(err)
		hints := map[id.ID]bool{}
		for _, c := range form.Contacts {
			hints[c.ID] = c.Colleague
		}
		if diff := cmp.Diff(map[id.ID]bool{silent: false, taken: false, staff: true}, hints); diff != "" {
			t.Errorf("whose address is of the portal's domain: %s", diff)
		}

		type in = integration.NewProject
		for name, c := range map[string]struct {
			in   in
			kind fault.Kind
			code string
		}{
			"a deal without account":        {in{Module: access.TabDeals, Record: loose}, fault.KindConflict, integration.NextChooseAccount},
			"a contact without account":     {in{Module: access.TabContacts, Record: alone}, fault.KindConflict, integration.NextChooseAccount},
			"a contact without address":     {in{Module: access.TabContacts, Record: silent}, fault.KindConflict, integration.NextAddEmail},
			"an address under two clients":  {in{Module: access.TabContacts, Record: taken}, fault.KindConflict, gate.CodeOtherCompany},
			"an address of a portal user":   {in{Module: access.TabAccounts, Record: account, Contacts: []id.ID{staff}}, fault.KindConflict, gate.CodeAlreadyMember},
			"a chosen contact of others":    {in{Module: access.TabAccounts, Record: account, Contacts: []id.ID{elsewhere}}, fault.KindNotFound, ""},
			"a chosen contact, no address":  {in{Module: access.TabAccounts, Record: account, Contacts: []id.ID{silent}}, fault.KindConflict, "invalid_email"},
			"a form without its own marker": {in{}, fault.KindInvalid, ""},
		} {
			if c.in.Module != "" {
				c.in.Idem = name
			}
			c.in.Name = "Never"
			_, err := w.s.CreateProject(t.Context(), admin, c.in)
			w.refuses(name, err, c.kind, c.code)
			// What is wrong with a contact is said beside the form's contacts.
			if f := fault.As(err); c.code == gate.CodeOtherCompany || c.code == gate.CodeAlreadyMember {
				if len(f.Fields) != 1 || f.Fields[0].Name != "contact" {
					t.Errorf("%s: beside %+v", name, f.Fields)
				}
			}
		}
		tab, err := w.s.ProjectList(t.Context(), admin, integration.ListQuery{})
		w.ok(err)
		if len(tab.Projects.Items) != 0 {
			t.Errorf("a refused project was made: %+v", tab.Projects.Items)
		}
		for record, want := range map[id.ID]string{alone: integration.NextChooseAccount, silent: integration.NextAddEmail} {
			if l := w.related(admin, access.TabContacts, record); l.State != integration.StateEmpty || l.Next != want || l.Blocked != want {
				t.Errorf("the list explains %q, want %q", l.Next, want)
			}
		}
		if l := w.related(admin, access.TabDeals, loose); l.Next != integration.NextChooseAccount {
			t.Errorf("the deal's list explains %q", l.Next)
		}
	})
}

// TestTwoGates is checks 7 and 19: CRM and Projects each may say no, by name.
func TestTwoGates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		mine, owner := w.portalOf(admin, "Mine")
		w.projects.Join(t, owner, sales.Email(), portal.RoleContractor)
		w.bind(admin, mine.ID)
		account := w.records.account(sales, "Umi")

		_, err := w.s.CreateProject(t.Context(), sales, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: account, Name: "X"})
		w.refuses("Projects", err, fault.KindForbidden, gate.CodeNoCreateProject)
		form, err := w.s.NewProjectForm(t.Context(), sales, access.TabAccounts, account)
		w.ok(err)
		if form.CanCreate || form.Reason == nil || form.Account.Name != "Umi" {
			t.Errorf("the button is there, the form says why not: %+v", form)
		}

		// They can ask for it; administrators hear of it once, with the way to the form.
		for range 2 {
			w.ok(w.s.RequestProject(t.Context(), sales, access.TabAccounts, account))
			w.drain()
		}
		list, err := w.crm.Mail.List(t.Context(), mail.Tenant{Org: admin.Org()}, page.Request{Size: page.MaxSize})
		w.ok(err)
		var asked []string
		for _, m := range list.Items {
			if m.To.Email == admin.Email() && strings.Contains(m.Subject, "Umi") {
				whole, err := w.crm.Mail.Get(t.Context(), mail.Tenant{Org: admin.Org()}, m.ID)
				w.ok(err)
				asked = append(asked, whole.Text+" "+whole.Link)
			}
		}
		if at := "/crm/" + admin.Org().String() + "/Accounts/" + account.String() + "/projects/new"; len(asked) != 1 || !strings.Contains(asked[0], at) || !strings.Contains(asked[0], sales.Email()) {
			t.Errorf("asked for: %v", asked)
		}
		w.refuses("asking for what one may make", w.s.RequestProject(t.Context(), admin, access.TabAccounts, account), fault.KindConflict, "request_needless")
		w.refuses("asking for a record nobody sees", w.s.RequestProject(t.Context(), sales, access.TabAccounts, 1), fault.KindNotFound, "")

		_, err = w.s.SaveGrid(t.Context(), admin, w.ticks(admin, access.Rights{View: true}))
		w.ok(err)
		w.refuses("asking without the tick", w.s.RequestProject(t.Context(), sales, access.TabAccounts, account), fault.KindForbidden, "grid")
		_, err = w.s.CreateProject(t.Context(), sales, integration.NewProject{Idem: "2", Module: access.TabAccounts, Record: account, Name: "X"})
		w.refuses("CRM", err, fault.KindForbidden, "grid")
		if l := w.related(sales, access.TabAccounts, account); l.State != integration.StateEmpty || l.Next != integration.NextNone {
			t.Errorf("the list of who may only look: %s %q", l.State, l.Next)
		}

		_, err = w.s.SaveGrid(t.Context(), admin, w.ticks(admin, access.Rights{}))
		w.ok(err)
		if r, err := w.s.Rights(t.Context(), sales); err != nil || r.Shown() || r.Refused != integration.GateGrid {
			t.Errorf("without View: %+v, %v", r, err)
		}
		if l := w.related(sales, access.TabAccounts, account); l.State != integration.StateHidden {
			t.Errorf("without View the list is %s", l.State)
		}
		_, err = w.s.ProjectList(t.Context(), sales, integration.ListQuery{})
		w.refuses("the tab by its address", err, fault.KindForbidden, "grid")
		if m := w.projects.Enter(t, w.projects.Person(t, sales.Email(), ""), mine.ID); m.Role() != portal.RoleContractor {
			t.Errorf("Projects must not change: %s", m.Role())
		}
		if r, err := w.s.Rights(t.Context(), admin); err != nil || !r.Grid.Delete {
			t.Errorf("administrators cannot lock themselves out: %+v, %v", r, err)
		}
	})
}

// TestSecondLevel: a module set apart inside a project decides for it alone.
func TestSecondLevel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		p := w.create(sales, integration.NewProject{Idem: "1", Name: "Own"})
		task, err := w.s.SaveTask(t.Context(), sales, "t1", p.ID, gate.TaskInput{Title: "Do"})
		w.ok(err)
		if !task.Rights.Edit {
			t.Errorf("the rights of one's own task: %+v", task.Rights)
		}
		form := w.ticks(admin, access.AllRights())
		for i := range form.Rows {
			form.Rows[i].Modules = map[string]access.Rights{integration.ModuleTasks: {View: true}, integration.ModuleBugs: {}}
		}
		_, err = w.s.SaveGrid(t.Context(), admin, form)
		w.ok(err)
		_, err = w.s.SaveTask(t.Context(), sales, "t2", p.ID, gate.TaskInput{Title: "Not"})
		w.refuses("a task", err, fault.KindForbidden, "grid")
		_, err = w.s.Bugs(t.Context(), sales, p.ID, gate.WorkQuery{})
		w.refuses("bugs", err, fault.KindForbidden, "grid")
		got, err := w.s.Task(t.Context(), sales, p.ID, task.ID)
		w.ok(err)
		if got.Rights.Edit || got.Rights.Delete {
			t.Errorf("rights beyond the grid: %+v", got.Rights)
		}
		_, err = w.s.SaveMilestone(t.Context(), sales, "m1", p.ID, gate.MilestoneInput{Name: "Yes", StartDate: "2026-11-02", EndDate: "2026-11-03"})
		w.ok(err)
		v, err := w.s.Project(t.Context(), sales, p.ID)
		w.ok(err)
		if v.Project.Rights.AddTask || v.Project.Rights.AddBug || !v.Project.Rights.AddMilestone {
			t.Errorf("rights in the project: %+v", v.Project.Rights)
		}
	})
}

// TestOneProjectForEachForm: double clicks, lost answers and a process that dies.
func TestOneProjectForEachForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		in := integration.NewProject{Idem: "form", Module: access.TabAccounts, Record: account, Name: "Once"}
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, err := w.s.CreateProject(t.Context(), admin, in); err != nil {
					t.Errorf("a double click: %v", err)
				}
			})
		}
		wg.Wait()
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Lost: method == "CreateProject"} })
		lost := integration.NewProject{Idem: "lost", Module: access.TabAccounts, Record: account, Name: "Twice?"}
		_, err := w.s.CreateProject(t.Context(), admin, lost)
		w.refuses("the lost answer", err, fault.KindUnavailable, "unreachable")
		w.door.Plan(nil)
		w.clock.Advance(10 * time.Minute)
		w.tick(admin)
		want := map[string][]string{"Once": {"explicit", "client"}, "Twice?": {"explicit", "client"}}
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabAccounts, account))); diff != "" {
			t.Errorf("after the sweeper (-want +got)\n%s", diff)
		}
		again, err := w.s.CreateProject(t.Context(), admin, lost)
		w.ok(err)
		if again.Name != "Twice?" || len(w.related(admin, access.TabAccounts, account).Rows.Items) != 2 {
			t.Errorf("the same form again made %q", again.Name)
		}
	})
}

// TestRecordsComeAndGo is DECIDE-25: bin, restore, another account.
func TestRecordsComeAndGo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi, yama := w.records.account(admin, "Umi"), w.records.account(admin, "Yama")
		deal := w.records.deal(admin, umi, "Harbour")
		w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "P"})
		w.records.move(admin, deal, yama)
		w.drain()
		if diff := cmp.Diff(map[string][]string{"P": {"deal Harbour"}}, whys(w.related(admin, access.TabAccounts, yama))); diff != "" {
			t.Errorf("the new account (-want +got)\n%s", diff)
		}
		w.records.delete(admin, access.TabDeals, deal)
		if l := w.related(admin, access.TabAccounts, yama); len(l.Rows.Items) != 0 {
			t.Errorf("with the deal in the bin: %v", whys(l))
		}
		w.records.restore(admin, deal)
		if l := w.related(admin, access.TabAccounts, yama); len(l.Rows.Items) != 1 {
			t.Errorf("with the deal restored: %v", whys(l))
		}
		// Deleted for good the tie goes, and the project stays.
		w.records.delete(admin, access.TabDeals, deal)
		w.ok(w.records.s.Purge(t.Context(), admin, access.TabDeals, deal))
		if l := w.related(admin, access.TabAccounts, yama); len(l.Rows.Items) != 0 {
			t.Errorf("without the deal: %v", whys(l))
		}
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.Explicit != 0 || lost.ClientLinks != 1 {
			t.Errorf("after the deal: %+v, %v", lost, err)
		}
		if l := w.related(admin, access.TabAccounts, umi); len(l.Rows.Items) != 1 {
			t.Errorf("the project of the client: %v", whys(l))
		}
		w.records.delete(admin, access.TabAccounts, umi)
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.ClientLinks != 0 {
			t.Errorf("with the account in the bin: %+v, %v", lost, err)
		}
		w.ok(w.records.s.Restore(t.Context(), admin, access.TabAccounts, umi))
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.ClientLinks != 1 {
			t.Errorf("with the account restored: %+v, %v", lost, err)
		}
		w.records.delete(admin, access.TabAccounts, umi)
		w.ok(w.records.s.Purge(t.Context(), admin, access.TabAccounts, umi))
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.ClientLinks != 0 {
			t.Errorf("without the account: %+v, %v", lost, err)
		}
	})
}

// TestOnlyWhatTheViewerSees: a project may come through a record of somebody else.
func TestOnlyWhatTheViewerSees(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		other := w.crm.Organisation("Kumo")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi := w.records.account(sales, "Umi")
		secret := w.records.deal(admin, umi, "Secret deal")
		p := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: secret, Name: "P"})
		w.join(p.ID, admin, sales.Email())
		if diff := cmp.Diff(map[string][]string{"P": {"deal", "client"}}, whys(w.related(sales, access.TabAccounts, umi))); diff != "" {
			t.Errorf("a deal the viewer may not see (-want +got)\n%s", diff)
		}
		_, err := w.s.RelatedList(t.Context(), sales, access.TabDeals, secret, integration.ListQuery{})
		if !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the list of a record one may not see: %v", err)
		}
		theirs, _ := w.portalOf(other, "Theirs")
		w.bind(other, theirs.ID)
		if _, err := w.s.RelatedList(t.Context(), other, access.TabAccounts, umi, integration.ListQuery{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a record of another organisation: %v", err)
		}
		if _, err := w.s.Project(t.Context(), other, p.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a project of another portal: %v", err)
		}
	})
}

// TestRollUp: an account shows the projects of its member accounts, with the account by
// which each belongs, and what the deals behind them are worth; nobody is told of a
// record they do not see.
func TestRollUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		top := w.records.account(admin, "Group")
		child := w.records.make(admin, access.TabAccounts, map[string]any{"Account_Name": "Child", "Parent_Account": top})
		grand := w.records.make(admin, access.TabAccounts, map[string]any{"Account_Name": "Grandchild", "Parent_Account": child})
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Big", "Account_Name": child, "Closing_Date": "2026-12-31", "Stage": "Qualification", "Amount": "1500000"})
		w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A of a deal"})
		made := w.create(admin, integration.NewProject{Idem: "2", Module: access.TabAccounts, Record: grand, Name: "B below"})
		w.project(owner, "C later", made.Clients[0].ID)
		l := w.related(admin, access.TabAccounts, top)
		want := map[string][]string{"A of a deal": {"member Child"}, "B below": {"member Grandchild"}, "C later": {"member Grandchild"}}
		if diff := cmp.Diff(want, whys(l)); diff != "" {
			t.Errorf("of the group (-want +got)\n%s", diff)
		}
		if l.Rows.Items[0].Deals != 1 || l.Rows.Items[0].Amount != 1_500_000*10_000 || l.Rows.Items[1].Deals != 0 {
			t.Errorf("amounts: %+v", l.Rows.Items[:2])
		}
		// A deal with two projects is worth its amount once.
		w.create(admin, integration.NewProject{Idem: "3", Module: access.TabDeals, Record: deal, Name: "Z second"})
		l = w.related(admin, access.TabAccounts, top)
		if l.Deals != 1 || l.Amount != 1_500_000*10_000 || l.Rows.Items[3].Amount != l.Amount {
			t.Errorf("in all %d deals, %d; %+v", l.Deals, l.Amount, l.Rows.Items[3])
		}
		if sums := l.Sums(); sums.Projects != 4 || sums.Open != 4 || sums.Timed != 4 {
			t.Errorf("sums %+v", sums)
		}
		l.Rows.Items[0].Minutes, l.Rows.Items[0].Budget, l.Rows.Items[1].Rights.SeeTime = 150, 100, false
		if sums := l.Sums(); sums.Timed != 3 || sums.Over != 1 || sums.Minutes != 150 || l.Rows.Items[0].Used() != 150 {
			t.Errorf("sums %+v", sums)
		}
		want = map[string][]string{"A of a deal": {"deal Big", "client"}, "B below": {"member Grandchild"}, "C later": {"member Grandchild"}, "Z second": {"deal Big", "client"}}
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabAccounts, child))); diff != "" {
			t.Errorf("of the child (-want +got)\n%s", diff)
		}
		// Taken off the group, it stays with the member.
		w.ok(w.s.Disassociate(t.Context(), admin, access.TabAccounts, top, made.ID, false))
		if _, still := whys(w.related(admin, access.TabAccounts, top))["B below"]; still {
			t.Error("taken off the group, it is still there")
		}
		if _, still := whys(w.related(admin, access.TabAccounts, grand))["B below"]; !still {
			t.Error("taken off the group, the member lost it")
		}
	})
}

// Disassociating can take the client users along who came with the record; the portal
// keeps them.
func TestDisassociateWithUsers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		contact := w.records.contact(admin, account, "Mori", "mori@umi.example")
		deal := w.records.deal(admin, account, "Harbour")
		made := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A", Contacts: []id.ID{contact}})
		brought, err := w.s.BroughtUsers(ctx, admin, access.TabDeals, deal, made.ID)
		if err != nil || len(brought) != 1 || brought[0].Name == "" {
			t.Fatalf("brought %+v, %v", brought, err)
		}
		users := func() int {
			t.Helper()
			v, err := w.s.Project(ctx, admin, made.ID)
			w.ok(err)
			return len(v.Project.ClientUsers)
		}
		w.ok(w.s.Disassociate(ctx, admin, access.TabDeals, deal, made.ID, false))
		if users() != 1 {
			t.Error("nobody asked to take the client user off")
		}
		w.associate(admin, access.TabDeals, deal, made.ID)
		w.ok(w.s.Disassociate(ctx, admin, access.TabDeals, deal, made.ID, true))
		if users() != 0 {
			t.Error("the client user is still on the project")
		}
		if brought, err := w.s.BroughtUsers(ctx, admin, access.TabDeals, deal, made.ID); err != nil || len(brought) != 0 {
			t.Errorf("brought %+v, %v", brought, err)
		}
		form, err := w.s.NewProjectForm(ctx, admin, access.TabDeals, deal)
		if err != nil || len(form.Contacts) != 1 || !form.Contacts[0].Linked {
			t.Errorf("the portal forgot them: %+v, %v", form.Contacts, err)
		}
	})
}

// A project begins with colleagues and with contacts who get no access.
func TestTeamAndKnown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.crm.Join(admin, "sales@aozora.example", 0, 0)
		w.bind(admin, p.ID)
		account := w.records.account(admin, "Umi")
		mute := w.records.make(admin, access.TabContacts, map[string]any{"Last_Name": "無言", "Account_Name": account})
		elsewhere := w.records.make(admin, access.TabContacts, map[string]any{"Last_Name": "他社", "Account_Name": w.records.account(admin, "Yama")})
		deal := w.records.deal(admin, account, "Harbour")
		f, err := w.s.NewProjectForm(ctx, admin, access.TabDeals, deal)
		w.ok(err)
		if len(f.Team) != 2 {
			t.Fatalf("colleagues %+v", f.Team)
		}
		var other gate.Ref
		for _, m := range f.Team {
			if m.ID != owner.ID() {
				other = m
			}
		}
		in := integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A", Known: []id.ID{elsewhere}}
		_, err = w.s.CreateProject(ctx, admin, in)
		w.refuses("somebody else's contact", err, fault.KindNotFound, "")
		in.Known, in.Team = []id.ID{mute}, []gate.TeamMember{{Member: other.ID, Role: "boss"}}
		_, err = w.s.CreateProject(ctx, admin, in)
		w.refuses("a role there is not", err, fault.KindInvalid, "")
		in.Team = []gate.TeamMember{{Member: 1, Role: gate.RoleMember}}
		_, err = w.s.CreateProject(ctx, admin, in)
		w.refuses("a stranger", err, fault.KindInvalid, "")
		in.Team = []gate.TeamMember{{Member: other.ID, Role: gate.RoleManager}}
		made := w.create(admin, in)
		list, err := w.work.Members(ctx, owner, made.ID)
		w.ok(err)
		if len(list) != 2 || !slices.ContainsFunc(list, func(m work.ProjectMember) bool { return m.ID == other.ID && m.Role == work.RoleManager }) {
			t.Errorf("members %+v", list)
		}
		if got := w.related(admin, access.TabContacts, mute); len(got.Rows.Items) != 1 || got.Rows.Items[0].ID != made.ID {
			t.Errorf("the contact's projects: %+v", got)
		}
		if len(made.ClientUsers) != 0 {
			t.Errorf("a contact without access has it: %v", made.ClientUsers)
		}
	})
}
