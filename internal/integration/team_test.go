package integration_test

import (
	"slices"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
)

// Who is on a project is seen and changed from inside CRM, as far as both gates let.
func TestTeam(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		w.bind(admin, p.ID)
		account := w.records.account(admin, "Umi")
		contact := w.records.contact(admin, account, "Sora", "sora@umi.example")
		made := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: account, Name: "A", Contacts: []id.ID{contact}})

		team, err := w.s.Team(ctx, admin, made.ID)
		w.ok(err)
		if !team.May || len(team.Members) != 1 || !team.Members[0].Owner || len(team.Others) != 1 || len(team.Clients) != 1 || len(team.Clients[0].Users) != 1 {
			t.Fatalf("team %+v", team)
		}
		seller := team.Others[0].ID
		w.refuses("nobody", w.s.AddToTeam(ctx, admin, made.ID, nil, gate.RoleMember), fault.KindInvalid, "")
		w.refuses("a stranger", w.s.AddToTeam(ctx, admin, made.ID, []id.ID{1}, gate.RoleMember), fault.KindInvalid, "")
		w.refuses("a role there is not", w.s.AddToTeam(ctx, admin, made.ID, []id.ID{seller}, "king"), fault.KindInvalid, "")
		_, err = w.s.Team(ctx, sales, made.ID)
		w.refuses("who does not see the project", err, fault.KindNotFound, "")
		w.refuses("who does not see the project adds", w.s.AddToTeam(ctx, sales, made.ID, []id.ID{seller}, gate.RoleMember), fault.KindNotFound, "")

		for range 2 {
			w.ok(w.s.AddToTeam(ctx, admin, made.ID, []id.ID{seller}, gate.RoleMember))
		}
		team, err = w.s.Team(ctx, sales, made.ID)
		w.ok(err)
		if team.May || len(team.Members) != 2 || len(team.Others) != 0 {
			t.Errorf("a member looks: %+v", team)
		}
		w.refuses("a member takes somebody off", w.s.RemoveFromTeam(ctx, sales, made.ID, seller), fault.KindForbidden, "no_add_user")
		w.refuses("the owner", w.s.RemoveFromTeam(ctx, admin, made.ID, owner.ID()), fault.KindConflict, "owner_stays")
		w.ok(w.s.RemoveClientUser(ctx, admin, made.ID, team.Clients[0].Users[0].ID))
		w.ok(w.s.RemoveFromTeam(ctx, admin, made.ID, seller))
		team, err = w.s.Team(ctx, admin, made.ID)
		w.ok(err)
		if slices.ContainsFunc(team.Members, func(m gate.TeamPerson) bool { return m.ID == seller }) || len(team.Clients[0].Users) != 0 {
			t.Errorf("left %+v", team)
		}
	})
}

// The client users a record brought are named to who could take them off.
func TestBroughtUsersAreForWhoManagesPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		sales, member := x.seller("sales@aozora.example")
		p, err := w.projects.Portals.Person(ctx, x.owner, member.ID())
		w.ok(err)
		_, err = w.projects.Portals.ChangeRole(ctx, x.owner, member.ID(), portal.RoleContractor, "2027-12-31", p.Version)
		w.ok(err)
		rec, _, err := w.records.s.Get(ctx, x.admin, access.TabDeals, x.deal)
		w.ok(err)
		account := rec.Lookup("Account_Name")
		contact := w.records.contact(x.admin, account, "Mori", "mori@umi.example")
		made := w.create(x.admin, integration.NewProject{Idem: "2", Module: access.TabAccounts, Record: account, Name: "B", Contacts: []id.ID{contact}})
		x.join(made.ID, x.admin, sales.Email())
		got, err := w.s.BroughtUsers(ctx, x.admin, access.TabAccounts, account, made.ID)
		if err != nil || len(got) != 1 {
			t.Fatalf("the administrator: %+v, %v", got, err)
		}
		if got, err = w.s.BroughtUsers(ctx, sales, access.TabAccounts, account, made.ID); err != nil || len(got) != 0 {
			t.Errorf("a contractor, whom Projects names nobody: %+v, %v", got, err)
		}
	})
}
