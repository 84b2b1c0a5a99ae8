package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/projects/portal"
)

// What a rehearsal of the grid says is what saving then does, and rehearsing does
// nothing.
func TestRehearseGrid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		fresh := w.crm.Join(admin, "fresh@aozora.example", 0, 0)
		w.crm.Join(admin, "there@aozora.example", 0, 0)
		w.projects.Member(t, owner, "there@aozora.example", portal.RoleManager)
		company := w.projects.Company(t, owner, "Umi")
		w.crm.Join(admin, "client@aozora.example", 0, 0)
		w.projects.ClientUser(t, owner, company.ID, "client@aozora.example")
		w.crm.Invite(admin, access.NewUser{Email: "later@aozora.example", Name: "Later", ProfileID: w.crm.User(fresh).ProfileID, RoleID: w.crm.User(fresh).RoleID})
		w.start(admin)
		form := w.setup(admin, p.ID)
		outcome := func(list []integration.LinkedUser) map[string]string {
			out := map[string]string{}
			for _, u := range list {
				out[u.Email] = u.Outcome
			}
			return out
		}
		plan, err := w.s.RehearseGrid(ctx, admin, form.Grid, p.ID, form.ChoiceVersion)
		w.ok(err)
		if !plan.Whole || plan.Looked != 4 || outcome(plan.Invited)[fresh.Email()] == "" || outcome(plan.Existing)["there@aozora.example"] == "" ||
			outcome(plan.Refused)["client@aozora.example"] != "is_client" || outcome(plan.Existing)[admin.Email()] == "" {
			t.Errorf("plan %+v", plan)
		}
		if len(plan.Later) != 1 || plan.Later[0].Email != "later@aozora.example" {
			t.Errorf("registered later: %+v", plan.Later)
		}
		if people, err := w.projects.Portals.Members(ctx, owner, portal.PeopleFilter{Search: "fresh"}); err != nil || len(people.Items) != 0 {
			t.Errorf("rehearsing registered somebody: %+v, %v", people.Items, err)
		}
		nobody, err := w.s.RehearseGrid(ctx, admin, integration.GridForm{}, p.ID, form.ChoiceVersion)
		if err != nil || nobody.Looked != 1 || len(nobody.Later) != 0 {
			t.Errorf("no ticks: %+v, %v", nobody, err)
		}
		if _, err := w.s.RehearseGrid(ctx, admin, form.Grid, id.ID(999), form.ChoiceVersion); err == nil {
			t.Error("a portal nobody chose is asked")
		}
		_, err = w.s.SaveSetup(ctx, admin, form)
		w.ok(err)
		w.drain()
		got := w.outcomes(admin)
		for _, u := range append(append(plan.Invited, plan.Existing...), plan.Refused...) {
			if got[u.Email] != u.Outcome+" "+u.Role {
				t.Errorf("%s: foreseen %s %s, became %s", u.Email, u.Outcome, u.Role, got[u.Email])
			}
		}
		if _, err := w.s.RehearseGrid(ctx, fresh, form.Grid, 0, 0); err == nil {
			t.Error("somebody else rehearses")
		}
	})
}
