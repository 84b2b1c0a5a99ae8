//go:build !race

package killtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const (
	colleagues = 220
	clients    = 2400
	accounts   = 3000
	chunk      = 500
	password   = "correct horse battery"
)

// house is one organisation with its portal. All houses of a test hold the same data.
type house struct {
	t      *testing.T
	app    *app.App
	admin  access.Actor
	member portal.Member
}

// people makes everybody who works in the houses; the first is the administrator.
func people(t *testing.T, a *app.App) []identity.Person {
	t.Helper()
	var out []identity.Person
	for i := range colleagues {
		out = append(out, do[identity.Person](t)(person(t.Context(), a, email(i))))
	}
	return out
}

func email(i int) string { return fmt.Sprintf("colleague%d@house.example", i) }

func person(ctx context.Context, a *app.App, email string) (p identity.Person, err error) {
	err = a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err = a.Ground.Identity.Create(ctx, tx, identity.NewPerson{Email: email, Name: email, Password: password, Locale: "ja", TimeZone: "Asia/Tokyo"})
		return err
	})
	return p, err
}

// enter signs the administrator in and gives the badge in every organisation.
func enter(ctx context.Context, a *app.App) (map[string]access.Actor, identity.Person, error) {
	_, who, err := a.Ground.Identity.SignIn(ctx, email(0), password, identity.Client{})
	if err != nil {
		return nil, who, err
	}
	list, err := a.CRM.Access.Organisations(ctx, who)
	if err != nil {
		return nil, who, err
	}
	out := map[string]access.Actor{}
	for _, m := range list {
		if out[m.Organisation.Name], err = a.CRM.Access.Enter(ctx, who, m.Organisation.ID); err != nil {
			return nil, who, err
		}
	}
	return out, who, nil
}

// visit opens the database as one process may, hands over the house of a name, and
// closes it again.
func visit(t *testing.T, database, name string, do func(h *house)) {
	t.Helper()
	a := open(t, database)
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	houses, who, err := enter(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, app: a, admin: houses[name]}
	portals, err := a.Project.Portals.Memberships(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range portals {
		if m.Portal.Name != name {
			continue
		}
		if h.member, err = a.Project.Portals.Enter(t.Context(), who, m.Portal.ID); err != nil {
			t.Fatal(err)
		}
	}
	do(h)
}

// do ends the test on an error.
func do[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func open(t *testing.T, database string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Database: database, Secret: secret, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// newHouse fills an organisation and a portal and takes them to the point where only
// the two saves are left that start the runs.
func newHouse(t *testing.T, a *app.App, staff []identity.Person, word string) {
	t.Helper()
	ctx := t.Context()
	h := &house{t: t, app: a}
	h.admin = do[access.Actor](t)(a.CRM.Access.Create(ctx, staff[0], access.NewOrganisation{Name: word, Edition: access.Paid}))
	standard := access.Profile{}
	for _, p := range do[[]access.Profile](t)(a.CRM.Access.Profiles(ctx, h.admin)) {
		if p.Kind == access.ProfileStandard {
			standard = p
		}
	}
	role := do[[]access.Role](t)(a.CRM.Access.Roles(ctx, h.admin))[0]
	for _, p := range staff[1:] {
		do[access.User](t)(a.CRM.Access.Admit(ctx, a.CRM.Access.System(h.admin.Org(), "test"), p, access.NewUser{ProfileID: standard.ID, RoleID: role.ID}))
	}
	made := do[portal.Portal](t)(a.Project.Portals.Create(ctx, staff[0], portal.NewPortal{Name: word, Slug: word}))
	h.member = do[portal.Member](t)(a.Project.Portals.Enter(ctx, staff[0], made.ID))
	h.records(access.TabAccounts, accounts, func(i int) map[string]any { return map[string]any{"Account_Name": accountName(i)} })
	h.records(access.TabContacts, clients/4, func(i int) map[string]any {
		return map[string]any{"Last_Name": "佐藤", "Email": userEmail(i * 4 / 3)} // some twice
	})
	h.clients()
	if _, err := a.Tie.GetStarted(ctx, h.admin, 0); err != nil {
		t.Fatal(err)
	}
}

// accountName: one in twelve is there twice, one in ten is nobody's client.
func accountName(i int) string {
	if i%12 == 11 {
		i--
	}
	return fmt.Sprintf("株式会社 取引先%d", i)
}

func clientName(i int) string {
	if i%10 == 9 {
		return fmt.Sprintf("(株)取引先%d", i)
	}
	return fmt.Sprintf("株式会社取引先%d", i)
}

func userEmail(i int) string { return fmt.Sprintf("person%d@client.example", i) }

func (h *house) records(module string, n int, row func(int) map[string]any) {
	h.t.Helper()
	for at := 0; at < n; at += chunk {
		var rows []map[string]any
		for i := at; i < min(n, at+chunk); i++ {
			rows = append(rows, row(i))
		}
		if err := h.app.Ground.DB.Reserve(h.t.Context(), len(rows)); err != nil {
			h.t.Fatal(err)
		}
		err := h.app.Ground.DB.Write(h.t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, problems, err := h.app.CRM.Records.CreateMany(ctx, tx, h.admin, module, rows)
			for _, p := range problems {
				if p != nil {
					return p
				}
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) clients() {
	h.t.Helper()
	for at := 0; at < clients; at += chunk {
		var rows []portal.ImportRow
		for i := at; i < min(clients, at+chunk); i++ {
			rows = append(rows, portal.ImportRow{Company: portal.Company{Name: clientName(i)}, Email: userEmail(i), Name: "鈴木 花子"})
		}
		do[[]portal.Imported](h.t)(h.app.Project.Portals.ImportClients(h.t.Context(), h.member, rows))
	}
}

// save joins the portal: from its commit on the child registers users.
func (h *house) save() {
	h.t.Helper()
	ctx := h.t.Context()
	o := do[integration.Overview](h.t)(h.app.Tie.Overview(ctx, h.admin))
	choices := do[integration.PortalChoices](h.t)(h.app.Tie.Portals(ctx, h.admin))
	grid := do[integration.Grid](h.t)(h.app.Tie.Grid(ctx, h.admin))
	form := integration.GridForm{Version: grid.Version}
	for _, r := range grid.Rows {
		if !r.Locked {
			form.Rows = append(form.Rows, integration.GridTicks{Profile: r.Profile, Rights: access.Rights{View: true, Create: true}})
		}
	}
	do[integration.Overview](h.t)(h.app.Tie.SaveSetup(ctx, h.admin, integration.Setup{
		Portal: h.member.Portal(), Grid: form, Version: o.Version, ChoiceVersion: choices.Version}))
}

// answer says yes: from its commit on the child associates.
func (h *house) answer() {
	h.t.Helper()
	o := do[integration.Overview](h.t)(h.app.Tie.Overview(h.t.Context(), h.admin))
	do[integration.Overview](h.t)(h.app.Tie.AnswerAssociation(h.t.Context(), h.admin, true, o.Version))
}

// going says whether the run of the kind has work left.
func (h *house) going(kind string) bool {
	h.t.Helper()
	return do[integration.Run](h.t)(h.app.Tie.Run(h.t.Context(), h.admin, kind)).Going()
}
