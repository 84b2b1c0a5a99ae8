package integration_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/work"
)

// merge makes one record of several; from names fields whose value the first other gives.
func (r records) merge(as access.Actor, module string, master id.ID, others []id.ID, from ...string) {
	r.w.t.Helper()
	in := record.Merge{Master: master, Others: others, From: map[string]id.ID{}, Versions: map[id.ID]int64{}}
	for _, n := range append([]id.ID{master}, others...) {
		in.Versions[n] = r.version(as, module, n)
	}
	for _, f := range from {
		in.From[f] = others[0]
	}
	_, err := r.s.Merge(r.w.t.Context(), as, module, in)
	r.w.ok(err)
	r.w.drain()
}

// audited gives the details of an act in the audit log.
func (w *world) audited(as access.Actor, act string) []string {
	w.t.Helper()
	log, err := w.crm.Access.AuditLog(w.t.Context(), as, page.Request{})
	w.ok(err)
	var out []string
	for _, e := range log.Items {
		if e.Act == act {
			out = append(out, e.Detail)
		}
	}
	return out
}

func (w *world) clientLinks(as access.Actor) map[string]string {
	w.t.Helper()
	l, err := w.s.ClientLinks(w.t.Context(), as, page.Request{})
	w.ok(err)
	out := map[string]string{}
	for _, c := range l.Items {
		out[c.Company] = c.Account
	}
	return out
}

// TestMergedAccounts: one account keeps one client, the other is in the audit log; what
// was associated with either shows on the master.
func TestMergedAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi, twin, third := w.records.account(admin, "Umi"), w.records.account(admin, "Umi Ltd"), w.records.account(admin, "UMI")
		contact := w.records.contact(admin, twin, "Mori", "mori@umi.example")
		first := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: umi, Name: "A"})
		second := w.create(admin, integration.NewProject{Idem: "2", Module: access.TabAccounts, Record: twin, Name: "B", Contacts: []id.ID{contact}})
		w.associate(admin, access.TabAccounts, umi, second.ID)
		shared := w.project(owner, "C shared", 0)
		w.associate(admin, access.TabAccounts, twin, shared.ID)
		w.ok(w.s.Disassociate(ctx, admin, access.TabAccounts, umi, first.ID, false))
		w.project(owner, "D later", second.Clients[0].ID)
		w.records.merge(admin, access.TabAccounts, umi, []id.ID{twin, third})

		if diff := cmp.Diff(map[string]string{"Umi": "Umi"}, w.clientLinks(admin)); diff != "" {
			t.Errorf("clients (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]string{"Umi Ltd – Umi Ltd (→ Umi)"}, w.audited(admin, "integration.merge_unlinked")); diff != "" {
			t.Errorf("audit (-want +got)\n%s", diff)
		}
		l := w.related(admin, access.TabAccounts, umi)
		if diff := cmp.Diff([]string{"B", "C shared"}, names(l)); diff != "" {
			t.Errorf("the master shows (-want +got)\n%s", diff)
		}
		// B comes by the association, which stands once, and by the contact, who came along.
		if why := whys(l)["B"]; !slices.Contains(why, "explicit") || !slices.Contains(why, "contact Mori") || len(slices.Compact(slices.Sorted(slices.Values(why)))) != len(why) {
			t.Errorf("B is there by %v", why)
		}
		// The contact is still a user of the client that is tied no more: it says so.
		if c := w.related(admin, access.TabContacts, contact); c.OtherClient != "Umi Ltd" {
			t.Errorf("the contact's other client: %q", c.OtherClient)
		}

		// Only the other is tied: the master gets its client, and the projects to come.
		plain := w.records.account(admin, "Umi Holding")
		w.records.merge(admin, access.TabAccounts, plain, []id.ID{umi})
		if diff := cmp.Diff(map[string]string{"Umi": "Umi Holding"}, w.clientLinks(admin)); diff != "" {
			t.Errorf("clients (-want +got)\n%s", diff)
		}
		w.project(owner, "E next", first.Clients[0].ID)
		// A was taken off Umi and stays off.
		if diff := cmp.Diff([]string{"B", "C shared", "E next"}, names(w.related(admin, access.TabAccounts, plain))); diff != "" {
			t.Errorf("the next master shows (-want +got)\n%s", diff)
		}
		if v, err := w.s.Project(ctx, admin, second.ID); err != nil || len(v.Records) == 0 || v.Records[0].Name != "Umi Holding" {
			t.Errorf("the project's records: %+v, %v", v.Records, err)
		}
	})
}

// TestMergedContacts: one contact is one client user; the tie of a merged one comes
// along, or ends where the master has its own.
func TestMergedContacts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi := w.records.account(admin, "Umi")
		plain, tied, also := w.records.contact(admin, umi, "Mori", ""), w.records.contact(admin, umi, "Mori T", "mori@umi.example"), w.records.contact(admin, umi, "Mori S", "mori2@umi.example")
		w.create(admin, integration.NewProject{Idem: "1", Module: access.TabContacts, Record: tied, Name: "A"})
		w.create(admin, integration.NewProject{Idem: "2", Module: access.TabContacts, Record: also, Name: "B"})
		w.records.merge(admin, access.TabContacts, plain, []id.ID{tied}, "Email")
		want := map[string][]string{"A": {"explicit", "user"}}
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabContacts, plain))); diff != "" {
			t.Errorf("the tie came along (-want +got)\n%s", diff)
		}
		w.records.merge(admin, access.TabContacts, plain, []id.ID{also})
		want["B"] = []string{"explicit"}
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabContacts, plain))); diff != "" {
			t.Errorf("one tie stays (-want +got)\n%s", diff)
		}
		if got := w.audited(admin, "integration.merge_unlinked"); len(got) != 1 || !strings.HasPrefix(got[0], "Mori S – Umi") {
			t.Errorf("audit %q", got)
		}
		if lost, err := w.s.Losses(t.Context(), admin); err != nil || lost.ContactLinks != 1 || lost.Explicit != 2 {
			t.Errorf("ties %+v, %v", lost, err)
		}
	})
}

// TestMergedDeals: a rule that met one of the deals has met the master.
func TestMergedDeals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		w.won(admin, nil)
		umi, yama := w.records.account(admin, "Umi"), w.records.account(admin, "Yama")
		open, sold := w.records.deal(admin, yama, "Harbour"), w.records.deal(admin, umi, "Harbour 2")
		w.stage(admin, sold, "Closed Won")
		w.drain()
		w.records.merge(admin, access.TabDeals, open, []id.ID{sold}, "Stage")
		w.tick(admin)
		if got := names(w.related(admin, access.TabDeals, open)); len(got) != 1 || got[0] != "Umi – Harbour 2" {
			t.Errorf("projects of the master: %v", got)
		}
		if l := w.ledger(admin); len(l) != 1 || l[0].Record.ID != open || l[0].Record.Name != "Harbour" {
			t.Errorf("ledger %+v", l)
		}
		// The master kept its own account, where the project shows now, by the deal.
		if diff := cmp.Diff(map[string][]string{"Umi – Harbour 2": {"deal Harbour"}}, whys(w.related(admin, access.TabAccounts, yama))); diff != "" {
			t.Errorf("the account (-want +got)\n%s", diff)
		}

		// A rule that met both makes no second project for the master either, whose turn
		// had not come.
		known := w.records.deal(admin, umi, "Quay")
		w.stage(admin, known, "Closed Won")
		w.drain()
		late := w.records.deal(admin, 0, "Quay again")
		w.stage(admin, late, "Closed Won")
		w.drain()
		if l := w.ledger(admin); l[0].Record.ID != late || l[0].State != integration.FiringFailed {
			t.Fatalf("without an account: %+v", l[0])
		}
		failed := w.ledger(admin)[0].ID
		w.records.merge(admin, access.TabDeals, late, []id.ID{known}, "Account_Name")
		w.ok(w.s.RetryFiring(t.Context(), admin, failed))
		w.tick(admin)
		if got := names(w.related(admin, access.TabDeals, late)); len(got) != 1 || got[0] != "Umi – Quay" {
			t.Errorf("projects of a master the rule had failed on: %v", got)
		}
		if l := w.ledger(admin)[0]; l.ID != failed || l.State != integration.FiringDone || l.Project == 0 {
			t.Errorf("its firing: %+v", l)
		}

		// A rule that could not yet do its work does it once, for the master.
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Lost: method == "CreateProject"} })
		late, keep := w.records.deal(admin, umi, "Crane"), w.records.deal(admin, umi, "Crane old")
		w.stage(admin, late, "Closed Won")
		in := record.Merge{Master: keep, Others: []id.ID{late}, From: map[string]id.ID{"Stage": late}, Versions: map[id.ID]int64{keep: 1, late: 2}}
		if _, err := w.records.s.Merge(t.Context(), admin, access.TabDeals, in); err != nil {
			t.Fatal(err)
		}
		w.door.Plan(nil)
		w.clock.Advance(10 * time.Minute)
		w.tick(admin)
		if got := names(w.related(admin, access.TabDeals, keep)); len(got) != 1 {
			t.Errorf("projects of the second master: %v", got)
		}
	})
}

// TestMergeWhileAProjectIsMade: the portal's answer was lost, the record was merged, and
// the project that is found again belongs to the master.
func TestMergeWhileAProjectIsMade(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi, twin := w.records.account(admin, "Umi"), w.records.account(admin, "Umi Ltd")
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Lost: method == "CreateProject"} })
		if _, err := w.s.CreateProject(t.Context(), admin, integration.NewProject{Idem: "lost", Module: access.TabAccounts, Record: twin, Name: "P"}); err == nil {
			t.Fatal("the answer was not lost")
		}
		w.door.Plan(nil)
		w.records.merge(admin, access.TabAccounts, umi, []id.ID{twin})
		w.clock.Advance(10 * time.Minute)
		w.tick(admin)
		if diff := cmp.Diff(map[string][]string{"P": {"explicit", "client"}}, whys(w.related(admin, access.TabAccounts, umi))); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// TestContactMoves is DECIDE-25: the tie of a contact who works elsewhere now is kept,
// and both the contact's list and the health page say so.
func TestContactMoves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi, yama := w.records.account(admin, "Umi"), w.records.account(admin, "Yama")
		contact := w.records.contact(admin, umi, "Mori", "mori@umi.example")
		p := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabContacts, Record: contact, Name: "P"})
		moved := func(want ...string) {
			t.Helper()
			h, err := w.s.Health(ctx, admin)
			w.ok(err)
			var got []string
			for _, r := range h.Moved {
				got = append(got, r.Name)
			}
			if !slices.Equal(got, want) {
				t.Errorf("health names %v, want %v", got, want)
			}
		}
		to := func(account id.ID) integration.RelatedList {
			t.Helper()
			_, err := w.records.s.Update(ctx, admin, access.TabContacts, contact, w.records.version(admin, access.TabContacts, contact), map[string]any{"Account_Name": account})
			w.ok(err)
			w.drain()
			return w.related(admin, access.TabContacts, contact)
		}
		if l := w.related(admin, access.TabContacts, contact); l.OtherClient != "" {
			t.Errorf("before it says %q", l.OtherClient)
		}
		moved()
		l := to(yama)
		if diff := cmp.Diff(map[string][]string{"P": {"explicit", "user"}}, whys(l)); diff != "" || l.OtherClient != "Umi" {
			t.Errorf("moved, other client %q (-want +got)\n%s", l.OtherClient, diff)
		}
		moved("Mori")
		// Whoever does not see the former account learns that there is one, not which.
		w.crm.Share(admin, access.TabContacts, access.SharingReadWrite)
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		w.drain()
		if l := w.related(sales, access.TabContacts, contact); !l.Moved || l.OtherClient != "" {
			t.Errorf("who may not see its account reads %t %q", l.Moved, l.OtherClient)
		}
		if got, err := w.work.Project(ctx, owner, p.ID); err != nil || len(got.Clients) != 1 || got.Clients[0].Name != "Umi" {
			t.Errorf("the project's clients: %+v, %v", got.Clients, err)
		}
		if l := to(umi); l.Moved || l.OtherClient != "" {
			t.Errorf("back again it says %q", l.OtherClient)
		}
		moved()
		// Another name changes no tie; the bin hides it and gives it back.
		_, err := w.records.s.Update(ctx, admin, access.TabAccounts, umi, w.records.version(admin, access.TabAccounts, umi), map[string]any{"Account_Name": "Umi Marine"})
		w.ok(err)
		w.drain()
		if diff := cmp.Diff(map[string]string{"Umi": "Umi Marine"}, w.clientLinks(admin)); diff != "" {
			t.Errorf("renamed (-want +got)\n%s", diff)
		}
		w.records.delete(admin, access.TabContacts, contact)
		w.records.delete(admin, access.TabAccounts, umi)
		moved()
		if lost, err := w.s.Losses(ctx, admin); err != nil || lost.ClientLinks+lost.ContactLinks+lost.Explicit != 0 {
			t.Errorf("in the bin: %+v, %v", lost, err)
		}
		w.ok(w.records.s.Restore(ctx, admin, access.TabAccounts, umi))
		w.ok(w.records.s.Restore(ctx, admin, access.TabContacts, contact))
		if diff := cmp.Diff(map[string][]string{"P": {"explicit", "user"}}, whys(w.related(admin, access.TabContacts, contact))); diff != "" {
			t.Errorf("restored (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(map[string][]string{"P": {"client", "contact Mori"}}, whys(w.related(admin, access.TabAccounts, umi))); len(whys(w.related(admin, access.TabAccounts, umi))["P"]) < 2 {
			t.Errorf("the account restored (-want +got)\n%s", diff)
		}
	})
}

// TestTwoAssociateAtOnce: two people put the same project on the same record.
func TestTwoAssociateAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", w.crm.Profile(admin, access.ProfileAdministrator), 0)
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		p := w.project(owner, "P", 0)
		second := w.projects.Enter(t, w.projects.Person(t, sales.Email(), ""), mine.ID)
		w.ok(w.work.AddMembers(t.Context(), owner, p.ID, []id.ID{second.ID()}, work.RoleManager))
		var wg sync.WaitGroup
		for i, as := range []access.Actor{admin, sales, admin, sales} {
			wg.Go(func() {
				out, err := w.s.AssociateExisting(t.Context(), as, integration.Associate{Idem: "form " + string(rune('a'+i)), Module: access.TabAccounts, Record: account, Projects: []id.ID{p.ID}})
				if err != nil || len(out) != 1 || out[0].Problem != nil {
					t.Errorf("%s: %+v, %v", as.Email(), out, err)
				}
			})
		}
		wg.Wait()
		lost, err := w.s.Losses(t.Context(), admin)
		if err != nil || lost.Explicit != 1 || lost.ClientLinks != 1 {
			t.Errorf("associations: %+v, %v", lost, err)
		}
		v, err := w.s.Project(t.Context(), admin, p.ID)
		if err != nil || len(v.Records) != 1 || len(v.Project.Clients) != 1 {
			t.Errorf("records %+v, clients %+v, %v", v.Records, v.Project.Clients, err)
		}
	})
}

// TestMergesWhileAssociating: accounts are merged while the run ties clients to them. No
// tie is left on an account that went, and no contact below one.
func TestMergesWhileAssociating(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		const pairs = 20
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		var masters, twins []id.ID
		for i := range pairs {
			name := fmt.Sprintf("Client %02d", i)
			c := w.projects.Company(t, owner, name)
			w.projects.ClientUser(t, owner, c.ID, fmt.Sprintf("mori%02d@umi.example", i))
			masters, twins = append(masters, w.records.account(admin, fmt.Sprintf("Master %02d", i))), append(twins, w.records.account(admin, name))
		}
		w.bind(admin, mine.ID)
		integration.SetClientBatch(w.s, 1)
		_, err := w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.ok(err)
		turn := make(chan struct{}, 2*pairs) // a client is asked for: its account is merged
		w.door.Plan(func(method string, _ int) gatetest.Mishap {
			if method == "Clients" {
				turn <- struct{}{}
			}
			return gatetest.Mishap{}
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			defer close(turn)
			if err := integration.AssociateNow(ctx, w.s, admin.Org()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for i, master := range masters {
				<-turn
				in := record.Merge{Master: master, Others: []id.ID{twins[i]}, Versions: map[id.ID]int64{master: 1, twins[i]: 1}}
				if _, err := w.records.s.Merge(ctx, admin, access.TabAccounts, in); err != nil {
					t.Errorf("merge %d: %v", i, err)
				}
			}
		})
		wg.Wait()
		w.door.Plan(nil)
		w.drain()
		links, err := w.s.ClientLinks(ctx, admin, page.Request{Size: page.MaxSize})
		w.ok(err)
		rows, err := w.s.AssociationRows(ctx, admin, integration.AssociationFilter{Page: page.Request{Size: page.MaxSize}})
		w.ok(err)
		outcomes := map[string]int{}
		for _, r := range rows.Items {
			outcomes[r.Kind+" "+r.Reason]++
		}
		if n := outcomes["client "] + outcomes["client "+integration.ReasonNoMatch]; n != pairs || len(links.Items) != outcomes["client "] {
			t.Errorf("outcomes %v, %d ties", outcomes, len(links.Items))
		}
		var held []id.ID
		for _, l := range links.Items {
			held = append(held, l.AccountID)
		}
		contacts, err := w.records.s.List(ctx, admin, access.TabContacts, record.Query{Page: page.Request{Size: page.MaxSize}})
		w.ok(err)
		for _, c := range contacts.Items {
			held = append(held, c.Lookup("Account_Name"))
		}
		if went, err := w.records.s.MergedInto(ctx, w.db, admin, held); err != nil || len(went) != 0 {
			t.Errorf("%d of %d ties and contacts are on accounts that went, %v", len(went), len(held), err)
		}
		t.Logf("%d clients were tied before their account was merged, %d found none", outcomes["client "], outcomes["client "+integration.ReasonNoMatch])
	})
}
