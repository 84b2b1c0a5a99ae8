package integration_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// answerYes answers the question and works the run off.
func (w *world) answerYes(as access.Actor) {
	w.t.Helper()
	_, err := w.s.AnswerAssociation(w.t.Context(), as, true, w.overview(as).Version)
	w.ok(err)
	w.drain()
}

// outcomesOf gives each row of the report as "client|user → reason".
func (w *world) rows(as access.Actor) []string {
	w.t.Helper()
	list, err := w.s.AssociationRows(w.t.Context(), as, integration.AssociationFilter{Page: page.Request{Size: 200}})
	w.ok(err)
	var out []string
	for _, r := range list.Items {
		out = append(out, strings.TrimSpace(r.Client+" "+r.Email)+": "+r.Reason)
	}
	sort.Strings(out)
	return out
}

// clientProject makes a project of a client with these client users on it.
func (w *world) clientProject(as portal.Member, name string, company id.ID, users ...id.ID) id.ID {
	w.t.Helper()
	p, err := w.work.CreateProject(w.t.Context(), as, "", work.NewProject{Name: name, Company: company, Users: users})
	w.ok(err)
	return p.ID
}

func TestAssociation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		one := w.records.account(admin, "株式会社青空製作所")
		two := w.records.account(admin, "北斗物流")
		w.records.account(admin, "さくら商店")
		w.records.account(admin, "さくら商店")
		known := w.records.contact(admin, one, "高橋", "Takahashi@aozora.example")
		w.records.contact(admin, two, "別", "elsewhere@aozora.example")
		w.records.contact(admin, two, "配車A", "haisha@hokuto.example")
		w.records.contact(admin, two, "配車B", "haisha@hokuto.example")

		c1 := w.projects.Company(t, owner, "株式会社 青空製作所")
		u1 := w.projects.ClientUser(t, owner, c1.ID, "takahashi@aozora.example")
		u2 := w.projects.ClientUser(t, owner, c1.ID, "new@aozora.example")
		w.projects.ClientUser(t, owner, c1.ID, "elsewhere@aozora.example")
		c2 := w.projects.Company(t, owner, "北斗物流")
		w.projects.ClientUser(t, owner, c2.ID, "haisha@hokuto.example")
		w.projects.Company(t, owner, "さくら商店")
		lone := w.projects.Company(t, owner, "浮雲デザイン")
		w.projects.ClientUser(t, owner, lone.ID, "kumoi@ukigumo.example")
		w.projects.Company(t, owner, "株式会社青空製作所 ")
		w.clientProject(owner, "受発注", c1.ID, u1.ID)
		w.clientProject(owner, "検収", c1.ID, u2.ID)

		w.bind(admin, p.ID)
		q, err := w.s.AssociationQuestion(ctx, admin)
		w.ok(err)
		if len(q.Samples) == 0 || len(q.Samples) > 5 {
			t.Errorf("samples %+v", q.Samples)
		}
		w.answerYes(admin)
		want := []string{
			"さくら商店: ambiguous_account", "北斗物流 haisha@hokuto.example: ambiguous_contact", "北斗物流: ",
			"株式会社 青空製作所 elsewhere@aozora.example: contact_other_account", "株式会社 青空製作所 new@aozora.example: contact_created",
			"株式会社 青空製作所 takahashi@aozora.example: ", "株式会社 青空製作所: ", "株式会社青空製作所: duplicate_client", "浮雲デザイン: no_match",
		}
		sort.Strings(want)
		if d := cmp.Diff(want, w.rows(admin)); d != "" {
			t.Error(d)
		}
		if got := names(w.related(admin, access.TabAccounts, one)); !cmp.Equal(got, []string{"受発注", "検収"}) {
			t.Errorf("the account shows %v", got)
		}
		if got := names(w.related(admin, access.TabContacts, known)); !cmp.Equal(got, []string{"受発注"}) {
			t.Errorf("the contact shows %v", got)
		}
		// Who was made a contact has the projects of their client user (check 10).
		people, err := w.records.s.Related(ctx, admin, access.TabAccounts, one, "contacts", record.Query{})
		w.ok(err)
		made := 0
		for _, c := range people.Items {
			if c.Values.Text("Email") == "new@aozora.example" {
				made++
				if got := names(w.related(admin, access.TabContacts, c.ID)); !cmp.Equal(got, []string{"検収"}) {
					t.Errorf("the new contact shows %v", got)
				}
			}
		}
		if made != 1 {
			t.Errorf("%d contacts were made", made)
		}
		// Later projects of the client come by themselves.
		w.clientProject(owner, "保守", c1.ID)
		if got := names(w.related(admin, access.TabAccounts, one)); len(got) != 3 {
			t.Errorf("after another project: %v", got)
		}
		_, err = w.s.AnswerAssociation(ctx, admin, true, w.overview(admin).Version)
		w.refuses("a second answer", err, fault.KindConflict, "already_answered")

		letters, err := w.crm.Mail.List(ctx, mail.Tenant{Org: admin.Org()}, page.Request{})
		w.ok(err)
		reports := 0
		for _, l := range letters.Items {
			full, err := w.crm.Mail.Get(ctx, mail.Tenant{Org: admin.Org()}, l.ID)
			w.ok(err)
			for place := range full.Attachments {
				reports++
				a, err := w.crm.Mail.Attachment(ctx, mail.Tenant{Org: admin.Org()}, l.ID, place)
				w.ok(err)
				w.opensWith(a.Data, len(want)+1)
			}
		}
		if reports != 1 {
			t.Errorf("%d reports were mailed", reports)
		}

		// Disabling and enabling allows it again, with the same outcome but for who exists.
		_, err = w.s.Disable(ctx, admin, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		w.bind(admin, p.ID)
		w.answerYes(admin)
		if got := w.rows(admin); len(got) != len(want) {
			t.Errorf("the second time: %v", got)
		}
	})
}

// opensWith reads a sheet back and counts its lines.
func (w *world) opensWith(sheet []byte, lines int) {
	w.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(sheet))
	w.ok(err)
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	w.ok(err)
	if len(rows) != lines {
		w.t.Errorf("the sheet has %d lines, want %d", len(rows), lines)
	}
}

func TestNamesThatLookLikeFormulasStayText(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		evil := `=HYPERLINK("http://evil.example")`
		w.projects.Company(t, owner, evil)
		w.bind(admin, p.ID)
		w.answerYes(admin)
		var sheet, text bytes.Buffer
		w.ok(w.s.WriteAssociation(t.Context(), admin, "xlsx", &sheet))
		f, err := excelize.OpenReader(&sheet)
		w.ok(err)
		defer f.Close()
		if formula, _ := f.GetCellFormula(f.GetSheetName(0), "A2"); formula != "" {
			t.Errorf("a formula in the sheet: %s", formula)
		}
		if v, _ := f.GetCellValue(f.GetSheetName(0), "A2"); v != evil {
			t.Errorf("the sheet holds %q", v)
		}
		w.ok(w.s.WriteAssociation(t.Context(), admin, "csv", &text))
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\uFEFF"))).ReadAll()
		w.ok(err)
		if lines[1][0] != "'"+evil {
			t.Errorf("the file holds %q", lines[1][0])
		}
	})
}

// many fills both sides with n clients of which every second matches, each with a user.
func (w *world) many(admin access.Actor, owner portal.Member, n int) {
	w.t.Helper()
	for i := range n {
		if i%2 == 0 {
			w.records.account(admin, fmt.Sprintf("会社%02d", i))
		}
		c := w.projects.Company(w.t, owner, fmt.Sprintf("会社%02d", i))
		w.projects.ClientUser(w.t, owner, c.ID, fmt.Sprintf("u%02d@client.example", i))
	}
}

// TestAssociationResumes: questions and answers get lost everywhere; in the end there
// is one row for each client and matched user, and no contact twice.
func TestAssociationResumes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.many(admin, owner, 14)
		integration.SetClientBatch(w.s, 3)
		w.bind(admin, p.ID)
		w.door.Plan(func(method string, n int) gatetest.Mishap {
			return gatetest.Mishap{Lost: method == "Clients" && n%3 == 0, Reset: method == "Clients" && n%3 == 1}
		})
		_, err := w.s.AnswerAssociation(t.Context(), admin, true, w.overview(admin).Version)
		w.ok(err)
		jobstest.DrainAll(t, w.crm.Queue)
		w.door.Plan(nil)
		w.drain()
		w.wholeRun(admin, 14, 7)
	})
}

func TestTwoWorkersAssociateOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.many(admin, owner, 14)
		integration.SetClientBatch(w.s, 3)
		w.bind(admin, p.ID)
		_, err := w.s.AnswerAssociation(t.Context(), admin, true, w.overview(admin).Version)
		w.ok(err)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if err := integration.AssociateNow(t.Context(), w.s, admin.Org()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		w.drain()
		w.wholeRun(admin, 14, 7)
	})
}

// wholeRun checks a run over n clients of which k match, each with one new user.
func (w *world) wholeRun(admin access.Actor, n, k int) {
	w.t.Helper()
	rep, err := w.s.AssociationReport(w.t.Context(), admin)
	w.ok(err)
	if rep.Run.State != integration.RunDone || rep.Run.Done != int64(n) || rep.Clients.Total != int64(n) ||
		rep.Clients.Associated != int64(k) || rep.Users.Total != int64(k) || rep.Users.Associated != int64(k) {
		w.t.Errorf("report %+v", rep)
	}
	if contacts := w.contacts(admin); contacts != k {
		w.t.Errorf("%d contacts, want %d", contacts, k)
	}
}

// TestAssociationWaitsForTheKey: a key that is rejected half-way pauses the run, a new
// key carries it on.
func TestAssociationWaitsForTheKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.many(admin, owner, 10)
		integration.SetClientBatch(w.s, 2)
		w.bind(admin, p.ID)
		asked := 0
		w.door.Plan(func(method string, _ int) gatetest.Mishap {
			if method != "Clients" {
				return gatetest.Mishap{}
			}
			asked++
			return gatetest.Mishap{RejectKey: asked > 2}
		})
		w.answerYes(admin)
		w.overviewIs(admin, integration.StatusKeyInvalid)
		w.door.Plan(nil)
		secret, email := w.projects.Key(t, owner)
		_, err := w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: secret, Email: email, Version: w.overview(admin).Version})
		w.ok(err)
		w.drain()
		w.wholeRun(admin, 10, 5)
	})
}

func TestManualAssociation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		account, other := w.records.account(admin, "青空製作所"), w.records.account(admin, "別の会社")
		company := w.projects.Company(t, owner, "AOZORA")
		w.clientProject(owner, "受発注", company.ID)
		w.bind(admin, p.ID)
		w.ok(w.s.LinkClient(ctx, admin, account, company.ID))
		w.refuses("a second account", w.s.LinkClient(ctx, admin, other, company.ID), fault.KindConflict, "client_linked")
		if got := names(w.related(admin, access.TabAccounts, account)); len(got) != 1 {
			t.Errorf("shows %v", got)
		}
		links, err := w.s.ClientLinks(ctx, admin, page.Request{})
		if err != nil || len(links.Items) != 1 || !links.Items[0].Manual || links.Items[0].Account != "青空製作所" {
			t.Errorf("%+v, %v", links, err)
		}
		w.ok(w.s.UnlinkClient(ctx, admin, account))
		if got := names(w.related(admin, access.TabAccounts, account)); len(got) != 0 {
			t.Errorf("after the end it shows %v", got)
		}
		clerk := w.crm.Join(admin, "clerk@aozora.example", 0, 0)
		if err := w.s.LinkClient(ctx, clerk, account, company.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a clerk: %v", err)
		}
	})
}
