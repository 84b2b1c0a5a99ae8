package integration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/page"
)

// A rehearsal says of every client what the run would do; pairs are tied one by one, and
// the run is undone as a whole, which opens the question again.
func TestRehearseAssociation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		for _, name := range []string{"Umi", "Umi Inc.", "株式会社青空製作所", "Twice", "Nobody"} {
			c := w.projects.Company(t, owner, name)
			if name == "Umi" {
				w.projects.ClientUser(t, owner, c.ID, "mori@umi.example")
			}
		}
		w.bind(admin, p.ID)
		umi := w.records.account(admin, "UMI")
		w.records.account(admin, "青空製作所")
		w.records.account(admin, "Twice")
		w.records.account(admin, "twice")
		contactsOf := func() int {
			t.Helper()
			l, err := w.records.s.Related(ctx, admin, access.TabAccounts, umi, "contacts", record.Query{})
			w.ok(err)
			return len(l.Items)
		}
		plan := func() map[string]string {
			t.Helper()
			list, err := w.s.RehearseAssociation(ctx, admin, "")
			w.ok(err)
			out := map[string]string{}
			for _, x := range list.Items {
				out[x.Client.Name] = x.Match + " " + x.Account.Name
			}
			return out
		}
		want := map[string]string{"Umi": "exact UMI", "Umi Inc.": "legal UMI", "株式会社青空製作所": "legal 青空製作所", "Twice": "ambiguous ", "Nobody": "none "}
		if diff := cmp.Diff(want, plan()); diff != "" {
			t.Errorf("before (-want +got)\n%s", diff)
		}
		if l, err := w.s.ClientLinks(ctx, admin, page.Request{}); err != nil || len(l.Items) != 0 {
			t.Errorf("rehearsing tied something: %+v, %v", l.Items, err)
		}
		_, err := w.s.UndoAssociation(ctx, admin, w.overview(admin).Version, false)
		w.refuses("undone before it ran", err, fault.KindConflict, "nothing_to_undo")
		_, err = w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		want["Umi"], want["Umi Inc."] = "tied UMI", "taken UMI"
		if diff := cmp.Diff(want, plan()); diff != "" {
			t.Errorf("after (-want +got)\n%s", diff)
		}
		// The suggestion is confirmed by hand; a pair that cannot be is left out.
		list, err := w.s.RehearseAssociation(ctx, admin, "")
		w.ok(err)
		var pairs []integration.ClientPair
		for _, x := range list.Items {
			if x.Account.ID != 0 {
				pairs = append(pairs, integration.ClientPair{Client: x.Client.ID, Account: x.Account.ID})
			}
		}
		done, err := w.s.LinkClients(ctx, admin, pairs)
		if err != nil || done != 1 {
			t.Errorf("%d tied, %v", done, err)
		}
		if _, err := w.s.LinkClients(ctx, admin, nil); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("no pairs: %v", err)
		}
		contacts := contactsOf()
		o, err := w.s.UndoAssociation(ctx, admin, w.overview(admin).Version, false)
		if err != nil || !o.AskNow {
			t.Errorf("%+v, %v", o, err)
		}
		want["Umi"], want["Umi Inc."], want["株式会社青空製作所"] = "exact UMI", "legal UMI", "tied 青空製作所"
		if diff := cmp.Diff(want, plan()); diff != "" {
			t.Errorf("undone (-want +got)\n%s", diff)
		}
		if contacts != 1 || contactsOf() != 1 {
			t.Errorf("%d contacts", contacts)
		}
		_, err = w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		if plan()["Umi"] != "tied UMI" || contactsOf() != 1 {
			t.Error("the second run made another contact")
		}
	})
}
