package demo

import (
	"context"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/id"
	"musubi/internal/identity"
)

// house is one organisation while it is filled.
type house struct {
	app   *app.App
	admin access.Actor
	users map[string]access.Actor // by address
}

// organisation makes one with its users.
func organisation(ctx context.Context, a *app.App, persons map[string]identity.Person, in access.NewOrganisation, owner string) (house, error) {
	admin, err := a.CRM.Access.Create(ctx, persons[owner], in)
	h := house{app: a, admin: admin, users: map[string]access.Actor{owner: admin}}
	if err != nil {
		return h, err
	}
	places, err := h.places(ctx)
	if err != nil {
		return h, err
	}
	for _, who := range cast() {
		if who.org != in.Name || who.email == owner {
			continue
		}
		if who.profile == assistant && places[assistant] == 0 {
			if err := h.assistants(ctx, places); err != nil {
				return h, err
			}
		}
		u, err := a.CRM.Access.Admit(ctx, a.CRM.Access.System(admin.Org(), "demo"), persons[who.email],
			access.NewUser{ProfileID: places[who.profile], RoleID: places[who.role]})
		if err != nil {
			return h, err
		}
		if h.users[who.email], err = a.CRM.Access.EnterUser(ctx, admin.Org(), u.ID); err != nil {
			return h, err
		}
		if who.inactive {
			if _, err := a.CRM.Access.Deactivate(ctx, admin, u.ID, u.Version); err != nil {
				return h, err
			}
		}
	}
	return h, nil
}

// places gives profiles and roles by the words of the cast, with one role more for
// those who sell.
func (h house) places(ctx context.Context) (map[string]id.ID, error) {
	out := map[string]id.ID{}
	profiles, err := h.app.CRM.Access.Profiles(ctx, h.admin)
	if err != nil {
		return nil, err
	}
	for _, p := range profiles {
		out[string(p.Kind)] = p.ID
	}
	roles, err := h.app.CRM.Access.Roles(ctx, h.admin)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		if r.ParentID == 0 {
			out["top"] = r.ID
		} else {
			out["manager"] = r.ID
		}
	}
	r, err := h.app.CRM.Access.CreateRole(ctx, h.admin, out["manager"], field)
	out[field] = r.ID
	return out, err
}

func (h house) assistants(ctx context.Context, places map[string]id.ID) error {
	p, err := h.app.CRM.Access.CloneProfile(ctx, h.admin, places["standard"], assistant)
	if err != nil {
		return err
	}
	places[assistant] = p.ID
	_, err = h.app.CRM.Access.UpdateProfile(ctx, h.admin, access.ProfileChange{ID: p.ID, Version: p.Version, Name: p.Name, Tabs: readOnly()})
	return err
}

// owner gives the user of an address, the administrator for others.
func (h house) owner(email string) access.Actor {
	if a, ok := h.users[email]; ok {
		return a
	}
	return h.admin
}

// records makes accounts, contacts and deals for which keep says yes.
func (h house) records(ctx context.Context, keep func(account string) bool) error {
	accounts, contacts, deals := map[string]id.ID{}, map[string]id.ID{}, map[string]deal{}
	list, err := table("accounts")
	if err != nil {
		return err
	}
	for _, r := range list {
		if !keep(r["Account_Name"]) {
			continue
		}
		v := values(r, "Parent_Account")
		v["Account_Type"] = "Customer"
		if parent := accounts[r["Parent_Account"]]; parent != 0 {
			v["Parent_Account"] = parent
		}
		n, err := h.make(ctx, r["Owner"], builtin.Accounts, v)
		if err != nil {
			return err
		}
		accounts[r["Account_Name"]] = n
	}
	if list, err = table("contacts"); err != nil {
		return err
	}
	for _, r := range list {
		account := accounts[r["Account_Name"]]
		if account == 0 {
			continue
		}
		v := values(r)
		v["Account_Name"] = account
		n, err := h.make(ctx, r["Owner"], builtin.Contacts, v)
		if err != nil {
			return err
		}
		contacts[r["Email"]] = n
	}
	if list, err = table("deals"); err != nil {
		return err
	}
	for _, r := range list {
		account := accounts[r["Account_Name"]]
		if r["Account_Name"] != "" && account == 0 || r["Account_Name"] == "" && !keep("") {
			continue
		}
		v := values(r, "Account_Name", "Contact_Email")
		if account != 0 {
			v["Account_Name"] = account
		}
		if contact := contacts[r["Contact_Email"]]; r["Contact_Email"] != "" && contact != 0 {
			v["Contact_Name"] = contact
		}
		made, err := h.make(ctx, r["Owner"], builtin.Deals, v)
		if err != nil {
			return err
		}
		deals[r["Deal_Name"]] = deal{made, account}
	}
	return h.tasks(ctx, deals)
}

// deal is a deal that was made, with its account.
type deal struct{ id, account id.ID }

// tasks makes the tasks of the deals there are.
func (h house) tasks(ctx context.Context, deals map[string]deal) error {
	list, err := table("tasks")
	if err != nil {
		return err
	}
	for _, r := range list {
		d, ok := deals[r["Deal_Name"]]
		if !ok {
			continue
		}
		v := values(r, "Deal_Name")
		v["Deal_Name"], v["Account_Name"] = d.id, d.account
		if _, err := h.make(ctx, r["Owner"], builtin.Tasks, v); err != nil {
			return err
		}
	}
	return nil
}

// values gives a line as a record's values, without owner, empty ones and those named.
func values(r row, without ...string) map[string]any {
	out := map[string]any{}
	for k, v := range r {
		if v != "" && k != "Owner" {
			out[k] = v
		}
	}
	for _, k := range without {
		delete(out, k)
	}
	return out
}

// make makes a record as the administrator and gives it to its owner.
func (h house) make(ctx context.Context, owner, module string, v map[string]any) (id.ID, error) {
	v["Owner"] = h.owner(owner).User()
	r, err := h.app.CRM.Records.Create(ctx, h.admin, module, v)
	return r.ID, err
}
