//go:build !race

package killtest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
)

// dump is everything the runs were to bring about, without ids and times, so that
// two houses can be compared. A thing that is there twice stands there twice.
func (h *house) dump() map[string][]string {
	h.t.Helper()
	out := map[string][]string{}
	add := func(kind, format string, args ...any) { out[kind] = append(out[kind], fmt.Sprintf(format, args...)) }

	for _, m := range all(h, func(ctx context.Context, r page.Request) (page.Page[portal.Person], error) {
		return h.app.Project.Portals.Members(ctx, h.member, portal.PeopleFilter{Page: r})
	}) {
		add("portal users", "%s %s %v", m.Email, m.Role, m.Active)
	}
	for _, u := range all(h, func(ctx context.Context, r page.Request) (page.Page[integration.LinkedUser], error) {
		return h.app.Tie.People(ctx, h.admin, false, r)
	}) {
		add("registered", "%s %s %s", u.Email, u.Role, u.Outcome)
	}
	accountNames := map[id.ID]string{}
	for _, a := range h.list(access.TabAccounts) {
		accountNames[a.ID] = a.Name
	}
	for _, c := range h.list(access.TabContacts) {
		add("contacts", "%s %v of %s", c.Name, c.Values["Email"], accountNames[c.Lookup("Account_Name")])
	}
	for _, l := range all(h, func(ctx context.Context, r page.Request) (page.Page[integration.ClientLink], error) {
		return h.app.Tie.ClientLinks(ctx, h.admin, r)
	}) {
		add("client links", "%s is %s", l.Company, l.Account)
	}
	for _, r := range all(h, func(ctx context.Context, r page.Request) (page.Page[integration.AssociationRow], error) {
		return h.app.Tie.AssociationRows(ctx, h.admin, integration.AssociationFilter{Page: r})
	}) {
		add("outcomes", "%s %s %s %s %s %s %v", r.Kind, r.Client, r.Email, r.Account, r.Contact, r.Reason, r.Info)
	}
	for _, l := range all(h, func(ctx context.Context, r page.Request) (page.Page[mailed], error) { return h.letters(ctx, r) }) {
		add("letters", "%s: %s", l.to, l.subject)
	}
	losses := do[integration.Losses](h.t)(h.app.Tie.Losses(h.t.Context(), h.admin))
	add("ties", "%+v", losses)
	for _, kind := range []string{integration.RunProvisioning, integration.RunAssociation} {
		r := do[integration.Run](h.t)(h.app.Tie.Run(h.t.Context(), h.admin, kind))
		add("runs", "%s %s %d of %d, %d failed", kind, r.State, r.Done, r.Total, r.Failed)
	}
	for _, kind := range slices.Collect(maps.Keys(out)) {
		slices.Sort(out[kind])
	}
	return out
}

type mailed struct{ to, subject string }

func (h *house) letters(ctx context.Context, r page.Request) (page.Page[mailed], error) {
	list, err := h.app.CRM.Access.Letters(ctx, h.admin, r)
	out := page.Page[mailed]{Next: list.Next}
	for _, m := range list.Items {
		out.Items = append(out.Items, mailed{m.To.Email, m.Subject})
	}
	return out, err
}

func (h *house) list(module string) []record.Record {
	h.t.Helper()
	return all(h, func(ctx context.Context, r page.Request) (page.Page[record.Record], error) {
		list, err := h.app.CRM.Records.List(ctx, h.admin, module, record.Query{Page: r})
		return list.Page, err
	})
}

// all reads every page.
func all[T any](h *house, read func(context.Context, page.Request) (page.Page[T], error)) []T {
	h.t.Helper()
	var out []T
	r := page.Request{Size: page.MaxSize}
	for {
		p := do[page.Page[T]](h.t)(read(h.t.Context(), r))
		out = append(out, p.Items...)
		if p.Next == "" {
			return out
		}
		r.Cursor = p.Next
	}
}
