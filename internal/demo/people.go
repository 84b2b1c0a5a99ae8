package demo

import (
	"context"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Password is what every person of the demo signs in with.
const Password = "musubi-demo-2026"

// Domain is what all addresses of the demo end with: one that nobody can have, so that
// whoever has another is not of the demo.
const Domain = ".example"

const (
	minato = "みなとソリューションズ株式会社"
	kaede  = "Kaede Studio"

	delivery = "minato-delivery" // slugs of the portals
	studio   = "kaede-studio"

	assistant = "営業アシスタント" // a clone of the standard profile that only reads
	field     = "営業担当"     // a role below the managers
)

// actor is one person of the demo and where they belong.
type actor struct {
	email, name, locale string
	org, profile, role  string // of CRM; empty without
	inactive            bool
	portals             map[string]portal.Role
}

// cast lists everybody who can sign in.
func cast() []actor {
	return []actor{
		{email: "admin@minato.example", name: "結城 葵", locale: "ja", org: minato, profile: "administrator", role: "top",
			portals: map[string]portal.Role{delivery: portal.RoleOwner, studio: portal.RoleAdministrator}},
		{email: "sato@minato.example", name: "佐藤 健", locale: "ja", org: minato, profile: "standard", role: "manager",
			portals: map[string]portal.Role{delivery: portal.RoleManager, studio: portal.RoleEmployee}},
		{email: "suzuki@minato.example", name: "鈴木 由紀", locale: "ja", org: minato, profile: "standard", role: field,
			portals: map[string]portal.Role{delivery: portal.RoleEmployee}},
		{email: "tanaka@minato.example", name: "田中 翔", locale: "ja", org: minato, profile: assistant, role: field,
			portals: map[string]portal.Role{delivery: portal.RoleEmployee, studio: portal.RoleEmployee}},
		{email: "emily@minato.example", name: "Emily Carter", locale: "en", org: minato, profile: "standard", role: field},
		{email: "kobayashi@minato.example", name: "小林 誠", locale: "ja", org: minato, profile: "standard", role: field, inactive: true},

		{email: "mori@minato.example", name: "森 拓海", locale: "ja", portals: map[string]portal.Role{delivery: portal.RoleAdministrator}},
		{email: "ishida@minato.example", name: "石田 菜々", locale: "ja", portals: map[string]portal.Role{delivery: portal.RoleManager}},
		{email: "hori@minato.example", name: "堀 直人", locale: "ja", portals: map[string]portal.Role{delivery: portal.RoleContractor}},

		{email: "kaede@kaede.example", name: "Kaede Akiyama", locale: "en", org: kaede, profile: "administrator", role: "top",
			portals: map[string]portal.Role{studio: portal.RoleOwner}},
		{email: "ren@kaede.example", name: "Ren Fujita", locale: "en", org: kaede, profile: "standard", role: "manager"},
	}
}

// guest is the client user who can sign in.
var guest = actor{email: "yoko.takahashi@aozora.example", name: "高橋 陽子", locale: "ja",
	portals: map[string]portal.Role{delivery: portal.RoleClient}}

// Account is a sign-in of the demo, as `musubi demo --accounts` prints it.
type Account struct {
	Email       string            `json:"email"`
	Password    string            `json:"password"`
	Name        string            `json:"name"`
	Profile     string            `json:"profile"`
	PortalRoles map[string]string `json:"portal_roles"`
}

// Accounts lists the sign-ins.
func Accounts() []Account {
	var out []Account
	for _, a := range append(cast(), guest) {
		if a.inactive {
			continue
		}
		roles := map[string]string{}
		for p, r := range a.portals {
			roles[p] = string(r)
		}
		out = append(out, Account{Email: a.email, Password: Password, Name: a.name, Profile: a.profile, PortalRoles: roles})
	}
	return out
}

// people makes everybody, without a house yet.
func people(ctx context.Context, a *app.App) (map[string]identity.Person, error) {
	out := map[string]identity.Person{}
	for _, who := range append(cast(), guest) {
		zone := "Asia/Tokyo"
		err := a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			p, err := a.Ground.Identity.Create(ctx, tx, identity.NewPerson{
				Email: who.email, Name: who.name, Password: Password, Locale: who.locale, TimeZone: zone,
			})
			out[who.email] = p
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rights turns the assistants' profile into one that only reads.
func readOnly() map[string]access.Rights {
	out := map[string]access.Rights{}
	for _, tab := range access.Tabs() {
		out[tab] = access.Rights{View: true}
	}
	return out
}
