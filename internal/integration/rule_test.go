package integration_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/work"
)

// won is a rule that makes a project of every deal that is won.
func (w *world) won(as access.Actor, change func(*integration.Rule)) integration.Rule {
	w.t.Helper()
	in := integration.Rule{Name: "Won", Active: true, Module: access.TabDeals,
		Conditions: []integration.Condition{{Field: "Stage", Op: integration.OpWon}},
		Action:     integration.RuleAction{Pattern: "{Account_Name} – {Deal_Name}", Base: "Closing_Date", Workdays: true}}
	if change != nil {
		change(&in)
	}
	r, err := w.s.SaveRule(w.t.Context(), as, in)
	w.ok(err)
	return r
}

func (w *world) stage(as access.Actor, deal id.ID, stage string) {
	w.t.Helper()
	_, err := w.records.s.Update(w.t.Context(), as, access.TabDeals, deal, w.records.version(as, access.TabDeals, deal), map[string]any{"Stage": stage})
	w.ok(err)
}

func (w *world) ledger(as access.Actor) []integration.Firing {
	w.t.Helper()
	list, err := w.s.Firings(w.t.Context(), as, "", page.Request{})
	w.ok(err)
	return list.Items
}

// Days a rule adds are working days of the portal when it says so, and the end that it
// does not set comes from the mapped field. The third of November is a holiday.
func TestRuleDates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.ok(w.s.SaveMapping(t.Context(), admin, access.TabDeals, map[string]integration.MappingChoice{integration.TargetEnd: {Field: "Closing_Date"}}))
		w.won(admin, func(r *integration.Rule) { r.Action.Base, r.Action.Days = "", 3 })
		account := w.records.account(admin, "Umi")
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Harbour", "Account_Name": account, "Closing_Date": "2026-12-31", "Stage": "Qualification"})
		w.stage(admin, deal, "Closed Won")
		w.drain()
		list := w.related(admin, access.TabDeals, deal)
		if len(list.Rows.Items) != 1 {
			t.Fatalf("no project; ledger %+v", w.ledger(admin))
		}
		made := list.Rows.Items[0]
		if made.StartDate != "2026-11-06" || made.EndDate != "2026-12-31" {
			t.Errorf("from %s to %s", made.StartDate, made.EndDate)
		}
	})
}

// A won deal becomes a project from a template, with a client user, dates and notes,
// once, whatever is done with the deal afterwards.
func TestWonDealBecomesProject(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		template, err := w.work.CreateTemplate(ctx, owner, "", work.NewTemplate{Name: "Standard"})
		w.ok(err)
		_, err = w.work.CreateTask(ctx, owner, template.ID, "", work.TaskInput{Title: "Kick-off"})
		w.ok(err)
		account := w.records.account(admin, "Umi")
		contact := w.records.contact(admin, account, "Mori", "mori@umi.example")
		before := w.records.deal(admin, account, "Old")
		w.stage(admin, before, "Closed Won")
		rule := w.won(admin, func(r *integration.Rule) {
			r.Action.Template, r.Action.Clients, r.Action.Notes, r.Action.Reopen = template.ID, integration.ClientsContact, true, integration.ReopenHold
		})
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Harbour", "Account_Name": account, "Contact_Name": contact,
			"Closing_Date": "2026-12-31", "Stage": "Qualification", "Description": "Two berths"})
		w.stage(admin, deal, "Negotiation/Review")
		w.drain()
		if l := w.ledger(admin); len(l) != 0 {
			t.Errorf("fired too early: %+v", l)
		}
		w.stage(admin, deal, "Closed Won")
		w.drain()
		list := w.related(admin, access.TabDeals, deal)
		if diff := cmp.Diff([]string{"Umi – Harbour"}, names(list)); diff != "" {
			t.Fatalf("projects of the deal: %s; ledger %+v", diff, w.ledger(admin))
		}
		made := list.Rows.Items[0]
		whole, err := w.s.Project(ctx, admin, made.ID)
		w.ok(err)
		if made.Tasks.Open != 1 || made.StartDate != "2026-12-31" || len(whole.Project.ClientUsers) != 1 || work.Plain(whole.Project.Overview) != "Two berths" {
			t.Errorf("the project: %+v", whole.Project)
		}
		l := w.ledger(admin)
		if len(l) != 1 || l[0].State != integration.FiringDone || l[0].Project != made.ID || l[0].RuleName != rule.Name || l[0].Reason != nil {
			t.Errorf("ledger: %+v", l)
		}

		// Reopened, its project waits; won again, there is no second one.
		w.stage(admin, deal, "Negotiation/Review")
		w.drain()
		held, err := w.s.Project(ctx, admin, made.ID)
		w.ok(err)
		if held.Project.Status != gate.StatusOnHold || w.ledger(admin)[0].ReopenedAt.IsZero() {
			t.Errorf("reopened: %s", held.Project.Status)
		}
		w.stage(admin, deal, "Closed Won")
		w.drain()
		held, err = w.s.Project(ctx, admin, made.ID)
		w.ok(err)
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 || !w.ledger(admin)[0].ReopenedAt.IsZero() || held.Project.Status != "active" {
			t.Errorf("won again: %v, %s", got, held.Project.Status)
		}

		// The deal that was won before the rule: rehearsed, then run by hand, twice.
		plan, err := w.s.Rehearse(ctx, admin, rule)
		w.ok(err)
		got := map[string]string{}
		for _, c := range plan.Candidates {
			got[c.Project] = c.State
		}
		if diff := cmp.Diff(map[string]string{"Umi – Old": "", "Umi – Harbour": integration.FiringDone}, got); diff != "" || !plan.Whole {
			t.Errorf("rehearsal: %s", diff)
		}
		for range 2 {
			_, err := w.s.RunRule(ctx, admin, rule.ID, []id.ID{before, deal})
			w.ok(err)
			w.drain()
		}
		if got := names(w.related(admin, access.TabDeals, before)); len(got) != 1 || len(w.ledger(admin)) != 2 {
			t.Errorf("run by hand: %v, ledger %d", got, len(w.ledger(admin)))
		}
	})
}

// What stands in the way is written beside the firing, and trying again helps once it
// is mended; a portal that cannot be asked only makes it wait.
func TestRuleFailsAndTriesAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.won(admin, func(r *integration.Rule) {
			r.Action.Clients = integration.ClientsAll
			r.Action.Reopen = integration.ReopenNotify
		})
		account := w.records.account(admin, "Umi")
		w.records.contact(admin, account, "Good", "good@umi.example")
		w.records.contact(admin, account, "Silent", "")
		w.records.contact(admin, account, "Same", admin.Email()) // who is a portal user
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "No account", "Closing_Date": "2026-12-31", "Stage": "Closed Won"})
		w.drain()
		l := w.ledger(admin)
		if len(l) != 1 || l[0].State != integration.FiringFailed || l[0].Reason == nil || l[0].Reason.Key != "integration.fault.needs_account" {
			t.Fatalf("without an account: %+v", l)
		}
		// Administrators hear of it, once a day however many records fail.
		told := func() (n int) {
			for _, subject := range w.letters(admin) {
				if subject == "The rule “Won” could not make a project" {
					n++
				}
			}
			return n
		}
		w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Another", "Closing_Date": "2026-12-31", "Stage": "Closed Won"})
		w.drain()
		if told() != 1 {
			t.Errorf("two failures of one day: %v", w.letters(admin))
		}
		l = w.ledger(admin)[1:]
		w.records.move(admin, deal, account)
		w.ok(w.s.RetryFiring(ctx, admin, l[0].ID))
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Lost: method == "CreateProject"} })
		w.drain()
		if l = w.ledger(admin)[1:]; l[0].State != integration.FiringWaiting {
			t.Errorf("unreachable: %+v", l)
		}
		w.door.Plan(nil) // the answer was lost after the project was made: it is found again
		w.clock.Advance(10 * time.Minute)
		w.tick(admin)
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 {
			t.Errorf("after the lost answer: %v", got)
		}
		l = w.ledger(admin)[1:]
		if l[0].State != integration.FiringDone || l[0].Reason == nil || l[0].Reason.Args["Names"] != "Same" {
			t.Errorf("after it was mended: %+v %v", l[0], l[0].Reason)
		}
		whole, err := w.s.Project(ctx, admin, l[0].Project)
		w.ok(err)
		if len(whole.Project.ClientUsers) != 1 {
			t.Errorf("client users: %v", whole.Project.ClientUsers)
		}
		w.stage(admin, deal, "Closed Lost")
		w.drain()
		found := false
		for _, subject := range w.letters(admin) {
			found = found || subject == "No account was reopened, and its project is there already"
		}
		if !found {
			t.Errorf("letters: %v", w.letters(admin))
		}
	})
}

// A record that is reopened before its turn comes gets no project, and gets it when it
// fulfils the rule again.
func TestRuleMeetsAReopenedRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.won(admin, nil)
		deal := w.records.deal(admin, w.records.account(admin, "Umi"), "Harbour")
		w.stage(admin, deal, "Closed Won")
		w.stage(admin, deal, "Qualification")
		w.drain()
		if l := w.ledger(admin); len(l) != 1 || l[0].State != integration.FiringFailed || l[0].Reason == nil || l[0].Reason.Key != "integration.rule.reopened" {
			t.Fatalf("ledger: %+v", l)
		}
		w.stage(admin, deal, "Closed Won")
		w.drain()
		if l := w.ledger(admin); len(l) != 1 || l[0].State != integration.FiringDone || len(names(w.related(admin, access.TabDeals, deal))) != 1 {
			t.Errorf("won again: %+v", l)
		}
	})
}

// Two people win one deal at once, with a second window's help: one project.
func TestRuleFiresOnceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		account := w.records.account(admin, "Umi")
		deal := w.records.deal(admin, account, "Harbour")
		w.stage(admin, deal, "Closed Won")
		rule := w.won(admin, nil)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := w.s.RunRule(ctx, admin, rule.ID, []id.ID{deal}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		w.drain()
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 || len(w.ledger(admin)) != 1 {
			t.Errorf("%v, ledger %+v", got, w.ledger(admin))
		}
	})
}

func TestRuleRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		other := w.crm.Organisation("Elsewhere")
		p, _ := w.portalOf(admin, "Mine")
		_, err := w.s.SaveRule(ctx, admin, integration.Rule{Name: "x", Module: access.TabDeals, Action: integration.RuleAction{Pattern: "x"},
			Conditions: []integration.Condition{{Field: "Stage", Op: integration.OpWon}}})
		if !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindConflict) {
			t.Errorf("before the set-up: %v", err)
		}
		w.bind(admin, p.ID)
		rule := w.won(admin, nil)
		for field, change := range map[string]func(*integration.Rule){
			"name":       func(r *integration.Rule) { r.Name = " " },
			"module":     func(r *integration.Rule) { r.Module = "Vendors" },
			"conditions": func(r *integration.Rule) { r.Conditions = nil },
			"pattern":    func(r *integration.Rule) { r.Action.Pattern = "{Deal_Nmae}" },
			"base":       func(r *integration.Rule) { r.Action.Base = "Deal_Name" },
			"days":       func(r *integration.Rule) { r.Action.Days = 99999 },
			"clients":    func(r *integration.Rule) { r.Action.Clients = "everybody" },
		} {
			in := rule
			change(&in)
			_, err := w.s.SaveRule(ctx, admin, in)
			if f := fault.As(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, c := range []integration.Condition{
			{Field: "Stage", Op: integration.OpContains, Value: "Won"}, {Field: "Amount", Op: integration.OpAtLeast, Value: "much"},
			{Field: "Nothing", Op: integration.OpIs, Value: "x"}, {Field: "Amount", Op: integration.OpIs},
		} {
			in := rule
			in.Conditions = []integration.Condition{c}
			if _, err := w.s.SaveRule(ctx, admin, in); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%+v: %v", c, err)
			}
		}
		first := rule
		first.Name = "First"
		_, err = w.s.SaveRule(ctx, admin, first)
		w.ok(err)
		_, err = w.s.SaveRule(ctx, admin, rule)
		if !fault.Is(err, fault.KindStale) {
			t.Errorf("a stale save: %v", err)
		}
		if _, err := w.s.Rule(ctx, other, rule.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}
		if err := w.s.DeleteRule(ctx, other, rule.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another organisation deletes it: %v", err)
		}
		w.ok(w.s.DeleteRule(ctx, admin, rule.ID))
		account := w.records.account(admin, "Umi")
		deal := w.records.deal(admin, account, "Harbour")
		w.stage(admin, deal, "Closed Won")
		w.drain()
		if l := w.ledger(admin); len(l) != 0 {
			t.Errorf("a deleted rule fired: %+v", l)
		}
	})
}

// Conditions of every type, as typed text.
func TestRuleConditions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		account := w.records.account(admin, "Umi")
		w.crm.Join(admin, "boss@aozora.example", w.crm.Profile(admin, access.ProfileStandard), 0)
		for i, c := range []struct {
			conditions []integration.Condition
			fires      bool
		}{
			{[]integration.Condition{{Field: "Amount", Op: integration.OpAtLeast, Value: "1,000,000"}}, true},
			{[]integration.Condition{{Field: "Amount", Op: integration.OpAtMost, Value: "999999"}}, false},
			{[]integration.Condition{{Field: "Closing_Date", Op: integration.OpAtMost, Value: "2026-12-31"}, {Field: "Deal_Name", Op: integration.OpContains, Value: "ﾊｰﾊﾞｰ"}}, true},
			{[]integration.Condition{{Field: "Type", Op: integration.OpIs, Value: "New Business"}}, true},
			{[]integration.Condition{{Field: "Type", Op: integration.OpIsNot, Value: "New Business"}}, false},
			{[]integration.Condition{{Field: "Contact_Name", Op: integration.OpEmpty}, {Field: "Account_Name", Op: integration.OpNotEmpty}}, true},
			{[]integration.Condition{{Field: "Stage", Op: integration.OpLost}}, false},
			{[]integration.Condition{{Field: "Owner", Op: integration.OpIs, Value: "Boss@Aozora.example"}}, false},
			{[]integration.Condition{{Field: "Owner", Op: integration.OpIsNot, Value: "boss@aozora.example"}, {Field: "Account_Name", Op: integration.OpIs, Value: "Ｕｍｉ"}}, true},
			{[]integration.Condition{{Field: "Account_Name", Op: integration.OpIsNot, Value: "Umi"}}, false},
		} {
			rule := w.won(admin, func(r *integration.Rule) { r.Conditions = c.conditions })
			w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "ハーバー", "Account_Name": account, "Closing_Date": "2026-12-31",
				"Stage": "Qualification", "Amount": "1000000", "Type": "New Business"})
			w.drain()
			fired := 0
			for _, f := range w.ledger(admin) {
				if f.Rule == rule.ID && f.State == integration.FiringDone {
					fired++
				}
			}
			if (fired == 1) != c.fires {
				t.Errorf("case %d fired %d times: %+v", i, fired, w.ledger(admin))
			}
			w.ok(w.s.DeleteRule(t.Context(), admin, rule.ID))
		}
	})
}

// A condition names a user or an account as people do, keeps which one it is, and says
// it in words again.
func TestRuleConditionsPoint(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin, other := w.crm.Organisation("Aozora"), w.crm.Organisation("Midori")
		p, _ := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		boss := w.crm.Join(admin, "boss@aozora.example", w.crm.Profile(admin, access.ProfileStandard), 0)
		umi := w.records.account(admin, "Umi")
		foreign := w.records.account(other, "Yama")
		w.records.account(admin, "Twice")
		twice := w.records.account(admin, "Twice")
		is := func(field, value string) func(*integration.Rule) {
			return func(r *integration.Rule) {
				r.Conditions = []integration.Condition{{Field: field, Op: integration.OpIs, Value: value}, {Field: field, Op: integration.OpIs, Value: value}}
			}
		}
		for _, c := range []struct{ field, typed, kept, said string }{
			{"Owner", "boss@aozora.example", boss.User().String(), "boss@aozora.example"},
			{"Owner", boss.User().String(), boss.User().String(), "boss@aozora.example"},
			{"Account_Name", "umi", umi.String(), "Umi"},
			{"Account_Name", twice.String(), twice.String(), "Twice"},
		} {
			rule := w.won(admin, is(c.field, c.typed))
			read, err := w.s.Rule(ctx, admin, rule.ID)
			w.ok(err)
			if got := read.Conditions[1]; got.Value != c.kept || got.Said != c.said {
				t.Errorf("%s %q: kept %q, said %q", c.field, c.typed, got.Value, got.Said)
			}
		}
		for _, c := range []struct{ field, typed, key string }{
			{"Owner", "nobody@aozora.example", "integration.rule.no_user"},
			{"Owner", other.User().String(), "integration.rule.no_user"},
			{"Account_Name", "Sora", "integration.rule.no_account"},
			{"Account_Name", "Yama", "integration.rule.no_account"},
			{"Account_Name", foreign.String(), "integration.rule.no_account"},
			{"Account_Name", "twice", "integration.rule.accounts"},
			{"Account_Name", "", "integration.rule.condition_value"},
		} {
			rule := w.won(admin, nil)
			is(c.field, c.typed)(&rule)
			_, err := w.s.SaveRule(ctx, admin, rule)
			if f := fault.As(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Key != c.key {
				t.Errorf("%s %q: %v", c.field, c.typed, err)
			}
		}
	})
}

// A rule goes no further than whoever saved it last does now.
func TestRuleSeesNoMoreThanItsRunner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		boss := w.crm.Join(admin, "boss@aozora.example", w.crm.Profile(admin, access.ProfileAdministrator), 0)
		w.crm.Share(admin, access.TabDeals, access.SharingPrivate)
		p, owner := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.won(boss, func(r *integration.Rule) { r.Action.Notes = true })
		account := w.records.account(admin, "Umi")
		w.crm.Assign(admin, boss.User(), w.crm.Profile(admin, access.ProfileStandard), boss.Role())
		w.drain()
		secret := w.records.deal(admin, account, "Secret")
		w.stage(admin, secret, "Closed Won")
		own := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Own", "Account_Name": account, "Closing_Date": "2026-12-31", "Stage": "Closed Won", "Owner": boss.User()})
		w.drain()
		for _, f := range w.ledger(admin) {
			switch {
			case f.Record.ID == own && f.State != integration.FiringDone:
				t.Errorf("a deal the runner sees: %+v %v", f, f.Reason)
			case f.Record.ID == secret && (f.State != integration.FiringFailed || f.Reason == nil || f.Reason.Key != "integration.rule.runner_blind"):
				t.Errorf("a deal the runner does not see: %+v %v", f, f.Reason)
			}
		}
		list, err := w.work.Projects(t.Context(), owner, work.Query{Any: true})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("made: %+v, %v", list.Items, err)
		}
	})
}
