package integration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
)

// What is only alike is suggested with its score and reasons, and nothing of it is tied
// before somebody confirms it: not by the run, and not by asking.
func TestSuggestSimilarAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		company := func(c portal.Company, mails ...string) id.ID {
			t.Helper()
			made, err := w.projects.Portals.CreateCompany(ctx, owner, c)
			w.ok(err)
			for _, m := range mails {
				w.projects.ClientUser(t, owner, made.ID, m)
			}
			return made.ID
		}
		company(portal.Company{Name: "青空製作"})
		company(portal.Company{Name: "アオバ運輸"}, "mori@aoba.example")
		company(portal.Company{Name: "ミナトショウジ"})
		company(portal.Company{Name: "Twice", Phone: "+81 3-1234-5678"})
		company(portal.Company{Name: "Sea", Website: "https://umi.example"}, "ito@umi.example")
		company(portal.Company{Name: "Nothing like it"}, "x@gmail.com")
		w.bind(admin, p.ID)
		account := func(v map[string]any) id.ID { return w.records.make(admin, access.TabAccounts, v) }
		account(map[string]any{"Account_Name": "青空製作所"})
		account(map[string]any{"Account_Name": "青葉ロジ", "Website": "www.aoba.example"})
		account(map[string]any{"Account_Name": "港商事", "Account_Name_Kana": "みなとしょうじ"})
		account(map[string]any{"Account_Name": "twice"})
		second := account(map[string]any{"Account_Name": "Twice", "Phone": "(03) 1234-5678"})
		umi := w.records.account(admin, "Umi Logistics")
		w.records.contact(admin, umi, "Kato", "kato@umi.example")
		w.records.contact(admin, umi, "X", "y@gmail.com")
		type pair struct {
			account string
			score   int
			reasons []string
		}
		plan := func() map[string]pair {
			t.Helper()
			list, err := w.s.RehearseAssociation(ctx, admin, "")
			w.ok(err)
			out := map[string]pair{}
			for _, x := range list.Items {
				if x.Match == integration.MatchSimilar {
					out[x.Client.Name] = pair{x.Account.Name, x.Score, x.Reasons}
				}
			}
			return out
		}
		want := map[string]pair{
			"青空製作":    {"青空製作所", 72, []string{integration.AlikeSpelling}},
			"アオバ運輸":   {"青葉ロジ", 75, []string{integration.AlikeSite}},
			"ミナトショウジ": {"港商事", 85, []string{integration.AlikeReading}},
			"Twice":   {"Twice", 75, []string{integration.AlikeName, integration.AlikePhone}},
			"Sea":     {"Umi Logistics", 70, []string{integration.AlikeMail}},
		}
		if diff := cmp.Diff(want, plan(), cmp.AllowUnexported(pair{})); diff != "" {
			t.Errorf("suggested (-want +got)\n%s", diff)
		}
		_, err := w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		if l, err := w.s.ClientLinks(ctx, admin, page.Request{}); err != nil || len(l.Items) != 0 {
			t.Errorf("the run tied what is only alike: %+v, %v", l.Items, err)
		}
		list, err := w.s.RehearseAssociation(ctx, admin, "")
		w.ok(err)
		var pairs []integration.ClientPair
		for _, x := range list.Items {
			if x.Score >= 75 {
				pairs = append(pairs, integration.ClientPair{Client: x.Client.ID, Account: x.Account.ID})
			}
		}
		if n, err := w.s.LinkClients(ctx, admin, pairs); err != nil || n != 3 {
			t.Errorf("%d confirmed, %v", n, err)
		}
		if got := plan(); len(got) != 2 || got["Sea"].score != 70 {
			t.Errorf("confirmed ones are suggested on: %+v", got)
		}
		l, err := w.s.ClientLinks(ctx, admin, page.Request{})
		w.ok(err)
		var tied []id.ID
		for _, x := range l.Items {
			tied = append(tied, x.AccountID)
		}
		if len(tied) != 3 || !cmp.Equal(tied[2], second) {
			t.Errorf("tied: %v", tied)
		}
	})
}

// The association runs again for what has come since, and ties the people of clients
// that were tied by hand to the contacts there are.
func TestRepeatAssociation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		byHand := w.projects.Company(t, owner, "Sea")
		w.projects.ClientUser(t, owner, byHand.ID, "kato@umi.example")
		w.bind(admin, p.ID)
		umi := w.records.account(admin, "Umi")
		w.records.contact(admin, umi, "Kato", "kato@umi.example")
		version := func() int64 { return w.overview(admin).Version }
		w.refuses("before the question is answered", w.s.RepeatAssociation(ctx, admin, version()), fault.KindConflict, "first")
		_, err := w.s.AnswerAssociation(ctx, admin, true, version())
		w.ok(err)
		w.drain()
		w.ok(w.s.LinkClient(ctx, admin, umi, byHand.ID))
		late := w.projects.Company(t, owner, "Late")
		w.projects.ClientUser(t, owner, late.ID, "new@late.example")
		account := w.records.account(admin, "LATE")
		w.ok(w.s.RepeatAssociation(ctx, admin, version()))
		w.refuses("while it runs", w.s.RepeatAssociation(ctx, admin, version()), fault.KindConflict, "going")
		w.drain()
		_, err = w.s.AnswerAssociation(ctx, admin, true, version())
		w.refuses("the question answered twice", err, fault.KindConflict, "already_answered")
		rep, err := w.s.AssociationReport(ctx, admin)
		w.ok(err)
		if rep.Clients.Associated != 2 || rep.Users.Associated != 2 {
			t.Errorf("%+v", rep)
		}
		for of, want := range map[id.ID]int{umi: 1, account: 1} { // found, and made
			l, err := w.records.s.Related(ctx, admin, access.TabAccounts, of, "contacts", record.Query{})
			w.ok(err)
			if len(l.Items) != want {
				t.Errorf("%d contacts, want %d", len(l.Items), want)
			}
		}
		if _, err := w.s.UndoAssociation(ctx, admin, version(), false); err != nil {
			t.Fatal(err)
		}
		l, err := w.s.ClientLinks(ctx, admin, page.Request{})
		if err != nil || len(l.Items) != 1 || l.Items[0].CompanyID != byHand.ID {
			t.Errorf("undone: %+v, %v", l.Items, err)
		}
	})
}

// An undone run takes the contacts it made to the bin, if that is wanted, but none that
// somebody changed, used or tied since.
func TestUndoBinsContacts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		c := w.projects.Company(t, owner, "Umi")
		for _, name := range []string{"left", "changed", "noted", "dealt", "reported", "again"} {
			w.projects.ClientUser(t, owner, c.ID, name+"@umi.example")
		}
		w.bind(admin, p.ID)
		umi := w.records.account(admin, "Umi")
		w.records.contact(admin, umi, "There", "there@umi.example")
		_, err := w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		contacts := func() map[string]id.ID {
			t.Helper()
			l, err := w.records.s.Related(ctx, admin, access.TabAccounts, umi, "contacts", record.Query{})
			w.ok(err)
			out := map[string]id.ID{}
			for _, x := range l.Items {
				out[x.Values.Text("Email")] = x.ID
			}
			return out
		}
		made := contacts()
		if len(made) != 7 {
			t.Fatalf("%v", made)
		}
		update := func(who string, v map[string]any) {
			of := made[who+"@umi.example"]
			_, err := w.records.s.Update(ctx, admin, access.TabContacts, of, w.records.version(admin, access.TabContacts, of), v)
			w.ok(err)
		}
		update("changed", map[string]any{"Title": "CEO"})
		_, err = w.notes.Create(ctx, admin, access.TabContacts, made["noted@umi.example"], "", "called")
		w.ok(err)
		w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "D", "Account_Name": umi, "Contact_Name": made["dealt@umi.example"],
			"Closing_Date": "2026-12-31", "Stage": "Qualification"})
		update("changed", map[string]any{"Reporting_To": made["reported@umi.example"]})
		undo := func(bin bool) {
			t.Helper()
			_, err := w.s.UndoAssociation(ctx, admin, w.overview(admin).Version, bin)
			w.ok(err)
			w.drain()
		}
		undo(false)
		if n := len(contacts()); n != 7 {
			t.Errorf("%d contacts are left without the choice", n)
		}
		_, err = w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		integration.SetDiscards(w.s, 2)
		_, err = w.s.UndoAssociation(ctx, admin, w.overview(admin).Version, true)
		w.ok(err)
		run := func() integration.Run {
			t.Helper()
			r, err := w.s.Run(ctx, admin, integration.RunDiscard)
			w.ok(err)
			return r
		}
		if r := run(); !r.Going() || r.Total != 6 {
			t.Errorf("%+v", r)
		}
		// Two workers at the same step, as after a kill: one of them does it. What the
		// killed one left is carried on.
		for range 2 {
			one, err := integration.DiscardStep(ctx, w.s, admin.Org())
			w.ok(err)
			other, err := integration.DiscardStep(ctx, w.s, admin.Org())
			w.ok(err)
			w.ok(one())
			w.ok(other())
		}
		if r := run(); !r.Going() || r.Done != 2 { // the first step only finds the run that made them
			t.Errorf("after two batches %+v", r)
		}
		w.drain()
		if r := run(); r.State != integration.RunDone || r.Done != 6 || r.Failed != 4 {
			t.Errorf("in the end %+v", r)
		}
		left := contacts()
		for _, gone := range []string{"left", "again"} {
			if left[gone+"@umi.example"] != 0 {
				t.Errorf("%s is still there", gone)
			}
		}
		for _, stays := range []string{"changed", "noted", "dealt", "reported", "there"} {
			if left[stays+"@umi.example"] == 0 {
				t.Errorf("%s is in the bin", stays)
			}
		}
		if bin, err := w.records.s.Bin(ctx, admin, "", page.Request{}); err != nil || len(bin.Items) != 2 {
			t.Errorf("bin: %+v, %v", bin.Items, err)
		}
	})
}
