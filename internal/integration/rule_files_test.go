package integration_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/work"
)

// attached makes a deal with files, the first of them of several parts.
func (w *world) attached(as access.Actor, name string, names ...string) (deal id.ID, data []byte) {
	w.t.Helper()
	account := w.records.account(as, "Umi of "+name)
	deal = w.records.make(as, access.TabDeals, map[string]any{"Deal_Name": name, "Account_Name": account, "Closing_Date": "2026-12-31", "Stage": "Qualification"})
	data = bytes.Repeat([]byte("図面\x00"), 200_000)
	for i, n := range names {
		content := data
		if i > 0 {
			content = []byte(n)
		}
		_, err := w.files.Attach(w.t.Context(), as, access.TabDeals, deal, "", n, bytes.NewReader(content))
		w.ok(err)
	}
	return deal, data
}

// documents gives the names of a project's documents, the first added first.
func (w *world) documents(as access.Actor, project id.ID) (names []string) {
	w.t.Helper()
	list, err := w.s.Documents(w.t.Context(), as, project, page.Request{Size: page.MaxSize})
	w.ok(err)
	for i := range list.Items {
		d := list.Items[len(list.Items)-1-i]
		if d.External {
			w.t.Errorf("%s is shown to the customer", d.Name)
		}
		names = append(names, d.Name)
	}
	return names
}

// The files of a won deal become documents, each once, however often answers are lost,
// the portal is away and the program dies in between.
func TestRuleCopiesFilesOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.won(admin, func(r *integration.Rule) { r.Action.Files = true })
		names := []string{"図面.bin", "見積.txt", "議事.txt"}
		deal, data := w.attached(admin, "Harbour", names...)
		// Of the calls that add a document the first is lost on its way, and of the next
		// but one the answer.
		adds := 0
		w.door.Plan(func(method string, _ int) (m gatetest.Mishap) {
			if method == "AddDocument" {
				adds++
				m.Reset, m.Lost = adds == 1, adds == 3
			}
			return m
		})
		w.stage(admin, deal, "Closed Won")
		w.drain()
		if l := w.ledger(admin); len(l) != 1 || l[0].State != integration.FiringWaiting || l[0].Project == 0 {
			t.Fatalf("while files are missing: %+v", l)
		}
		for range 4 {
			w.clock.Advance(10 * time.Minute)
			w.tick(admin)
		}
		l := w.ledger(admin)
		if l[0].State != integration.FiringDone || l[0].Reason != nil {
			t.Fatalf("in the end: %+v", l[0])
		}
		if got := w.documents(admin, l[0].Project); len(got) != 3 || got[0] != names[0] || got[1] != names[1] || got[2] != names[2] {
			t.Errorf("documents %v", got)
		}
		if adds < 5 {
			t.Errorf("only %d calls: the mishaps did not happen", adds)
		}
		list, err := w.s.Documents(ctx, admin, l[0].Project, page.Request{})
		w.ok(err)
		d, r, err := w.s.OpenDocument(ctx, admin, l[0].Project, list.Items[2].ID)
		w.ok(err)
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) || d.Size != int64(len(data)) {
			t.Errorf("%d of %d bytes came over, %v", len(got), len(data), err)
		}
		// Once more brings nothing.
		w.stage(admin, deal, "Negotiation/Review")
		w.stage(admin, deal, "Closed Won")
		w.drain()
		if got := w.documents(admin, l[0].Project); len(got) != 3 {
			t.Errorf("again: %v", got)
		}
	})
}

func TestRuleSaysWhichFilesStayed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		template, err := w.work.CreateTemplate(ctx, owner, "", work.NewTemplate{Name: "Full"})
		w.ok(err)
		for i := range work.MaxDocuments - 1 {
			_, err := w.work.AddDocument(ctx, owner, template.ID, "", work.DocumentInput{Name: strconv.Itoa(i)}, bytes.NewReader(nil))
			w.ok(err)
		}
		w.won(admin, func(r *integration.Rule) { r.Action.Files, r.Action.Template = true, template.ID })
		deal, _ := w.attached(admin, "Harbour", "入る.txt", "入らない.txt")
		w.stage(admin, deal, "Closed Won")
		w.drain()
		l := w.ledger(admin)
		if len(l) != 1 || l[0].State != integration.FiringDone || l[0].Reason == nil || l[0].Reason.Key != "integration.rule.files_left" || l[0].Reason.Args["Files"] != "入らない.txt" {
			t.Fatalf("%+v", l)
		}
		// Without the choice nothing is copied, and a key that is rejected only makes it wait.
		rules, err := w.s.Rules(ctx, admin)
		w.ok(err)
		rules[0].Action.Files, rules[0].Action.Template = true, 0
		_, err = w.s.SaveRule(ctx, admin, rules[0])
		w.ok(err)
		other, _ := w.attached(admin, "Quay", "後で.txt")
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{RejectKey: method == "AddDocument"} })
		w.stage(admin, other, "Closed Won")
		w.drain()
		if l := w.ledger(admin); l[0].State != integration.FiringWaiting || l[0].Project == 0 {
			t.Errorf("with a rejected key: %+v", l[0])
		}
	})
}

// Documents pass both gates: the grid's second level, then the rights in Projects.
func TestDocumentsPassBothGates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		seller := w.crm.Join(admin, "seller@aozora.example", 0, 0)
		w.start(admin)
		setup := w.setup(admin, p.ID)
		for i := range setup.Grid.Rows {
			if setup.Grid.Rows[i].Profile == seller.Profile() {
				setup.Grid.Rows[i].Modules = map[string]access.Rights{integration.ModuleDocuments: {View: true}}
			}
		}
		_, err := w.s.SaveSetup(ctx, admin, setup)
		w.ok(err)
		w.drain()
		project, err := w.work.CreateProject(ctx, owner, "", work.NewProject{Name: "Harbour", Public: new(bool)})
		w.ok(err)
		made, err := w.s.AddDocument(ctx, admin, "once", project.ID, gate.DocumentInput{Name: "図面.txt"}, bytes.NewReader([]byte("図面")))
		w.ok(err)
		if _, err := w.s.Document(ctx, seller, project.ID, made.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("who is not on the project sees it: %v", err)
		}
		r, err := w.s.Rights(ctx, seller)
		w.ok(err)
		w.ok(w.work.AddMembers(ctx, owner, project.ID, []id.ID{r.Member}, work.RoleManager))
		list, err := w.s.Documents(ctx, seller, project.ID, page.Request{})
		if err != nil || len(list.Items) != 1 || list.MayAdd || list.Items[0].Rights != (gate.ItemRights{}) {
			t.Errorf("the grid leaves %+v, %v", list, err)
		}
		_, err = w.s.AddDocument(ctx, seller, "", project.ID, gate.DocumentInput{Name: "x"}, bytes.NewReader(nil))
		if !fault.HasCode(err, "grid") {
			t.Errorf("adds past the grid: %v", err)
		}
		_, err = w.s.SaveDocument(ctx, seller, project.ID, gate.DocumentInput{ID: made.ID, Version: 1, Name: "x"})
		if !fault.HasCode(err, "grid") {
			t.Errorf("changes past the grid: %v", err)
		}
		if err := w.s.DeleteDocument(ctx, seller, project.ID, made.ID); !fault.HasCode(err, "grid") {
			t.Errorf("deletes past the grid: %v", err)
		}
		// A part that fails half-way is an error, not a short file.
		_, content, err := w.s.OpenDocument(ctx, seller, project.ID, made.ID)
		w.ok(err)
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Reset: method == "DocumentPart"} })
		if _, err := io.ReadAll(content); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("an unreachable portal: %v", err)
		}
		w.door.Plan(nil)
		neighbour := w.crm.Organisation("Kaede")
		if _, _, err := w.s.OpenDocument(ctx, neighbour, project.ID, made.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a neighbour: %v", err)
		}
	})
}
