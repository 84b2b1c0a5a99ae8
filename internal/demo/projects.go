package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"musubi/internal/app"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// place is one portal while it is filled.
type place struct {
	app     *app.App
	owner   portal.Member
	members map[string]id.ID // by address
	clients map[string]id.ID // companies by name
	users   map[string][]id.ID
}

// portals makes both portals with everything in them.
func portals(ctx context.Context, a *app.App, persons map[string]identity.Person) error {
	for slug, name := range map[string]string{delivery: "みなとデリバリー", studio: "Kaede Studio"} {
		if err := onePortal(ctx, a, persons, slug, name); err != nil {
			return fmt.Errorf("portal %s: %w", slug, err)
		}
	}
	return nil
}

func onePortal(ctx context.Context, a *app.App, persons map[string]identity.Person, slug, name string) error {
	var owner identity.Person
	for _, who := range cast() {
		if who.portals[slug] == portal.RoleOwner {
			owner = persons[who.email]
		}
	}
	made, err := a.Project.Portals.Create(ctx, owner, portal.NewPortal{Name: name, Slug: slug})
	if err != nil {
		return err
	}
	as, err := a.Project.Portals.Enter(ctx, owner, made.ID)
	if err != nil {
		return err
	}
	p := place{app: a, owner: as, members: map[string]id.ID{owner.Email(): as.ID()}, clients: map[string]id.ID{}, users: map[string][]id.ID{}}
	for _, who := range cast() {
		role, ok := who.portals[slug]
		if !ok || role == portal.RoleOwner {
			continue
		}
		m := portal.NewMember{Email: who.email, Name: who.name, Role: role, Locale: who.locale}
		if role == portal.RoleContractor {
			m.EndsOn = a.Ground.DB.Now().AddDate(0, 6, 0).Format(time.DateOnly)
		}
		in, err := a.Project.Portals.Invite(ctx, as, m)
		if err != nil {
			return err
		}
		p.members[who.email] = in.ID
	}
	if err := p.fillClients(ctx, slug); err != nil {
		return err
	}
	return p.fillProjects(ctx, slug)
}

func (p place) fillClients(ctx context.Context, slug string) error {
	companies, err := table("clients")
	if err != nil {
		return err
	}
	for _, r := range companies {
		if r["Portal"] != slug {
			continue
		}
		c, err := p.app.Project.Portals.CreateCompany(ctx, p.owner, portal.Company{Name: r["Name"], Phone: r["Phone"], Website: r["Website"]})
		if err != nil {
			return err
		}
		p.clients[r["Name"]] = c.ID
	}
	people, err := table("client_users")
	if err != nil {
		return err
	}
	for _, r := range people {
		if r["Portal"] != slug {
			continue
		}
		u, err := p.app.Project.Portals.InviteClientUser(ctx, p.owner, p.clients[r["Client"]], portal.NewClientUser{Email: r["Email"], Name: r["Name"]})
		if err != nil {
			return err
		}
		p.users[r["Client"]] = append(p.users[r["Client"]], u.ID)
	}
	return nil
}

func (p place) fillProjects(ctx context.Context, slug string) error {
	list, err := table("projects")
	if err != nil {
		return err
	}
	n := 0
	for _, r := range list {
		if r["Portal"] != slug {
			continue
		}
		public := r["Public"] == "yes"
		made, err := p.app.Project.Works.CreateProject(ctx, p.owner, "", work.NewProject{
			Name: r["Name"], Owner: p.members[r["Owner"]], Status: r["Status"], StartDate: r["Start"], EndDate: r["End"],
			Overview: r["Overview"], Public: &public, Company: p.clients[r["Client"]], Users: p.users[r["Client"]],
		})
		if err != nil {
			return fmt.Errorf("%s: %w", r["Name"], err)
		}
		var members []id.ID
		for _, email := range strings.FieldsFunc(r["Members"], func(c rune) bool { return c == ';' }) {
			if m, ok := p.members[email]; ok {
				members = append(members, m)
			}
		}
		if len(members) > 0 {
			if err := p.app.Project.Works.AddMembers(ctx, p.owner, made.ID, members, work.RoleMember); err != nil {
				return err
			}
		}
		if err := p.fillWork(ctx, made, members, n); err != nil {
			return fmt.Errorf("%s: %w", r["Name"], err)
		}
		if n == 0 {
			name := plan{ja: "標準プロジェクト", en: "Standard project"}.word(made.Name)
			if _, err := p.app.Project.Works.CreateTemplate(ctx, p.owner, "", work.NewTemplate{Name: name, From: made.ID}); err != nil {
				return err
			}
		}
		n++
	}
	return nil
}
