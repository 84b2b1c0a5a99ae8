package integration_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
)

// TestProvisioningResumes: answers get lost and batches break off at every place; in
// the end everybody is registered once and one run is done.
func TestProvisioningResumes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		const people = 22
		integration.SetBatch(w.s, 5)
		for i := range people {
			w.crm.Join(admin, fmt.Sprintf("p%02d@aozora.example", i), 0, 0)
		}
		mine, owner := w.portalOf(admin, "Mine")
		w.start(admin)
		w.door.Plan(func(method string, n int) gatetest.Mishap {
			return gatetest.Mishap{Lost: method == "Provision" && n%3 != 0, Reset: method == "Provision" && n%3 == 1}
		})
		_, err := w.s.SaveSetup(t.Context(), admin, w.setup(admin, mine.ID))
		w.ok(err)
		jobstest.DrainAll(t, w.crm.Queue)
		w.door.Plan(nil)
		o := w.overviewIs(admin, integration.StatusTrial)
		if o.Registered != people+1 || o.Refused != 0 || o.Provisioning.State != integration.RunDone || o.Provisioning.Done != people+1 {
			t.Errorf("registered %d, refused %d, run %+v", o.Registered, o.Refused, o.Provisioning)
		}
		if n := w.members(owner); n != people+1 {
			t.Errorf("%d members in the portal", n)
		}
	})
}

// TestWorkersSideBySide: several workers hold the same batch; each batch counts once.
func TestWorkersSideBySide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		const people = 7
		integration.SetBatch(w.s, 3)
		for i := range people {
			w.crm.Join(admin, fmt.Sprintf("p%02d@aozora.example", i), 0, 0)
		}
		mine, owner := w.portalOf(admin, "Mine")
		w.start(admin)
		_, err := w.s.SaveSetup(t.Context(), admin, w.setup(admin, mine.ID))
		w.ok(err)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 4 {
					if err := integration.WorkNow(t.Context(), w.s, admin.Org()); err != nil {
						t.Errorf("a worker: %v", err)
					}
				}
			})
		}
		wg.Wait()
		w.drain()
		run := w.overview(admin).Provisioning
		if run.State != integration.RunDone || run.Done != people+1 || w.members(owner) != people+1 {
			t.Errorf("run %+v, %d members", run, w.members(owner))
		}
		// Nothing ticked anew, nothing sent anew.
		before := w.projects.Mails(t, mine.ID)
		_, err = w.s.SaveGrid(t.Context(), admin, w.ticks(admin, access.AllRights()))
		w.ok(err)
		_, err = w.s.Provision(t.Context(), admin)
		w.ok(err)
		w.drain()
		if after := w.projects.Mails(t, mine.ID); after != before || before != people {
			t.Errorf("%d invitations, then %d", before, after)
		}
	})
}

// TestLateArrivals is DECIDE-10 to 13 and check 23.
func TestLateArrivals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		w.crm.Join(admin, "first@aozora.example", 0, 0)
		quiet := w.crm.Clone(admin, "Quiet", map[string]access.Rights{access.TabAccounts: {View: true}})
		mine, owner := w.portalOf(admin, "Mine")
		w.start(admin)
		form := w.setup(admin, mine.ID)
		for i, row := range form.Grid.Rows {
			if row.Profile == quiet {
				form.Grid.Rows[i].Rights = access.Rights{}
			}
		}
		_, err := w.s.SaveSetup(t.Context(), admin, form)
		w.ok(err)
		w.drain()

		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		hush := w.crm.Join(admin, "hush@aozora.example", quiet, 0)
		if r, err := w.s.Rights(t.Context(), sales); err != nil || r.Refused != integration.GateMember || r.Outcome != integration.OutcomeWaiting {
			t.Errorf("before the job ran: %+v, %v", r, err)
		}
		w.drain()
		got := w.outcomes(admin)
		if got["sales@aozora.example"] != "created employee" || got["hush@aozora.example"] != "" {
			t.Errorf("late arrivals: %v", got)
		}
		w.crm.Assign(admin, hush.User(), sales.Profile(), sales.Role())
		w.drain()
		if got := w.outcomes(admin)["hush@aozora.example"]; got != "created employee" {
			t.Errorf("moved into a ticked profile: %q", got)
		}

		member := w.projects.Enter(t, w.projects.Person(t, sales.Email(), ""), mine.ID)
		w.crm.Deactivate(admin, sales.User())
		w.drain()
		if _, err := w.projects.Portals.Enter(t.Context(), w.projects.Person(t, sales.Email(), ""), mine.ID); err != nil {
			t.Errorf("who left CRM works on in Projects: %v", err)
		}
		w.crm.Activate(admin, sales.User())
		sales = w.crm.Again(sales)
		_, err = w.projects.Portals.Deactivate(t.Context(), owner, member.ID())
		w.ok(err)
		if l, err := w.s.ProjectList(t.Context(), sales, integration.ListQuery{}); err != nil || l.State != integration.StateNotMember || l.Reason == nil {
			t.Errorf("deactivated in Projects: %s, %v", l.State, err)
		}
		w.drain()
		list, err := w.s.People(t.Context(), admin, true, page.Request{})
		w.ok(err)
		if len(list.Items) != 1 || list.Items[0].Outcome != gate.OutcomeInactive {
			t.Errorf("refused: %+v", list.Items)
		}
		_, err = w.projects.Portals.Activate(t.Context(), owner, member.ID())
		w.ok(err)
		w.drain()
		if l, err := w.s.ProjectList(t.Context(), sales, integration.ListQuery{}); err != nil || l.State != integration.StateEmpty {
			t.Errorf("activated again: %s, %v", l.State, err)
		}
	})
}

// TestProfileGone is R4.6 and R4.7.
func TestProfileGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		fresh := w.crm.Clone(admin, "Fresh", map[string]access.Rights{access.TabAccounts: {View: true}})
		g, err := w.s.Grid(t.Context(), admin)
		w.ok(err)
		if len(g.Rows) != 3 || !g.Rows[0].Locked || g.Rows[0].Rights != access.AllRights() {
			t.Errorf("the grid: %+v", g.Rows)
		}
		for _, row := range g.Rows {
			if row.Profile == fresh && row.Rights != (access.Rights{}) {
				t.Errorf("a new profile appears ticked: %+v", row)
			}
		}
		hush := w.crm.Join(admin, "hush@aozora.example", fresh, 0)
		w.drain()
		if got := w.outcomes(admin)["hush@aozora.example"]; got != "" {
			t.Errorf("registered without a tick: %q", got)
		}
		p, err := w.crm.Access.Profile(context.Background(), admin, fresh)
		w.ok(err)
		w.ok(w.crm.Access.DeleteProfile(t.Context(), admin, fresh, sales.Profile(), p.Version))
		w.drain()
		if got := w.outcomes(admin)["hush@aozora.example"]; got != "created employee" {
			t.Errorf("moved to a ticked profile by a deletion: %q", got)
		}
		if r, err := w.s.Rights(t.Context(), w.crm.Again(hush)); err != nil || !r.Open() {
			t.Errorf("rights after the move: %+v, %v", r, err)
		}
	})
}
