package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/projects/work"
)

// Chosen fields of a deal fill the form of its project, and a rule's project, once.
func TestMapping(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		field := func(f work.Field) string {
			t.Helper()
			made, err := w.work.SaveField(ctx, owner, f)
			w.ok(err)
			return integration.TargetCustom + made.ID.String()
		}
		worth := field(work.Field{Name: "契約額", Kind: work.FieldNumber})
		kind := field(work.Field{Name: "区分", Kind: work.FieldChoice, Options: []string{"既存ビジネス", "新規ビジネス", "New Business"}})
		form, err := w.s.Mapping(ctx, admin, access.TabDeals)
		w.ok(err)
		for _, target := range form.Targets {
			if target.Target == integration.TargetStart && len(target.Fields) == 0 || target.Target == worth && len(target.Fields) == 0 {
				t.Errorf("nothing fits %s", target.Target)
			}
			for _, f := range target.Fields {
				if target.Target == worth && f.Name == "Stage" {
					t.Error("a stage is offered as a number")
				}
			}
		}
		err = w.s.SaveMapping(ctx, admin, access.TabDeals, map[string]integration.MappingChoice{worth: {Field: "Deal_Name"}})
		w.refuses("a name as a number", err, fault.KindInvalid, "")
		w.ok(w.s.SaveMapping(ctx, admin, access.TabDeals, map[string]integration.MappingChoice{worth: {Field: "Amount"}, kind: {Field: "Type"},
			integration.TargetEnd: {Field: "Closing_Date"}, integration.TargetOverview: {Field: "Next_Step"}}))

		account := w.records.account(admin, "Umi")
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Harbour", "Account_Name": account, "Closing_Date": "2026-12-31", "Stage": "Qualification",
			"Amount": "1250000.5", "Type": "New Business", "Next_Step": "sign"})
		f, err := w.s.NewProjectForm(ctx, admin, access.TabDeals, deal)
		w.ok(err)
		values := map[string]string{}
		for n, v := range f.Prefill.Custom {
			values[integration.TargetCustom+n.String()] = v
		}
		if f.Prefill.EndDate != "2026-12-31" || f.Prefill.Overview != "sign" || values[worth] != "1250000.5" || values[kind] != "New Business" && values[kind] != "新規ビジネス" {
			t.Errorf("prefill %+v", f.Prefill)
		}
		made := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A", Custom: f.Prefill.Custom})
		custom := func(project id.ID) map[string]string {
			t.Helper()
			v, err := w.s.Project(ctx, admin, project)
			w.ok(err)
			out := map[string]string{}
			for _, c := range v.Project.Custom {
				out[integration.TargetCustom+c.Field.ID.String()] = c.Value
			}
			return out
		}
		if got := custom(made.ID); got[worth] != "1250000.5" {
			t.Errorf("made with %v", got)
		}
		_, err = w.records.s.Update(ctx, admin, access.TabDeals, deal, w.records.version(admin, access.TabDeals, deal), map[string]any{"Amount": "1"})
		w.ok(err)
		w.drain()
		if got := custom(made.ID); got[worth] != "1250000.5" {
			t.Errorf("a later change flows: %v", got)
		}
		// A rule fills its projects like the form; what a project must have it says.
		w.won(admin, nil)
		w.stage(admin, deal, "Closed Won")
		w.drain()
		l := w.ledger(admin)
		if len(l) != 1 || l[0].State != integration.FiringDone || custom(l[0].Project)[worth] != "1" {
			t.Fatalf("ledger %+v", l)
		}
		_, err = w.work.SaveField(ctx, owner, work.Field{Name: "部門", Kind: work.FieldText, Required: true})
		w.ok(err)
		other := w.records.deal(admin, account, "Second")
		w.stage(admin, other, "Closed Won")
		w.drain()
		if l := w.ledger(admin); len(l) != 2 || l[0].State != integration.FiringFailed {
			t.Errorf("without what is required: %+v", l)
		}
		_, err = w.s.CreateProject(ctx, admin, integration.NewProject{Idem: "2", Module: access.TabDeals, Record: deal, Name: "B"})
		w.refuses("without what is required", err, fault.KindInvalid, "")
		if _, err := w.work.CreateProject(ctx, owner, "", work.NewProject{Name: "C", Custom: map[id.ID]string{1: "nobody's field"}}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%v", err)
		}
	})
}
