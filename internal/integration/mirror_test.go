package integration_test

import (
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// mirrored is a deal with its project and the portal's own fields.
type mirrored struct {
	*world
	admin   access.Actor
	owner   portal.Member
	account id.ID
	deal    id.ID
	project gate.Project
	worth   string // target of a number of the portal
}

func mirror(t *testing.T, w *world) *mirrored {
	t.Helper()
	x := &mirrored{world: w, admin: w.crm.Organisation("Aozora")}
	p, owner := w.portalOf(x.admin, "Mine")
	x.owner = owner
	w.bind(x.admin, p.ID)
	made, err := w.work.SaveField(t.Context(), owner, work.Field{Name: "契約額", Kind: work.FieldNumber})
	w.ok(err)
	x.worth = integration.TargetCustom + made.ID.String()
	x.account = w.records.account(x.admin, "Umi")
	x.deal = w.records.make(x.admin, access.TabDeals, map[string]any{"Deal_Name": "Harbour", "Account_Name": x.account, "Closing_Date": "2026-12-31",
		"Stage": "Qualification", "Amount": "100", "Description": "cranes"})
	x.project = w.create(x.admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: x.deal, Name: "Harbour works"})
	return x
}

func (x *mirrored) save(in map[string]integration.MappingChoice) {
	x.t.Helper()
	x.ok(x.s.SaveMapping(x.t.Context(), x.admin, access.TabDeals, in))
	x.drain()
}

func (x *mirrored) record() record.Record {
	x.t.Helper()
	r, _, err := x.records.s.Get(x.t.Context(), x.admin, access.TabDeals, x.deal)
	x.ok(err)
	return r
}

func (x *mirrored) there() work.Project {
	x.t.Helper()
	p, err := x.work.Project(x.t.Context(), x.owner, x.project.ID)
	x.ok(err)
	return p
}

func (x *mirrored) number() string {
	x.t.Helper()
	for _, c := range x.there().Custom {
		if integration.TargetCustom+c.Field.ID.String() == x.worth {
			return c.Value
		}
	}
	return ""
}

func (x *mirrored) changeRecord(values map[string]any) {
	x.t.Helper()
	_, err := x.records.s.Update(x.t.Context(), x.admin, access.TabDeals, x.deal, x.record().Version, values)
	x.ok(err)
}

func (x *mirrored) changeThere(p work.ProjectPatch) {
	x.t.Helper()
	_, err := x.work.UpdateProject(x.t.Context(), x.owner, x.project.ID, x.there().Version, p)
	x.ok(err)
}

func (x *mirrored) conflicts() []integration.MirrorConflict {
	x.t.Helper()
	list, err := x.s.MirrorConflicts(x.t.Context(), x.admin, page.Request{})
	x.ok(err)
	return list.Items
}

// A live field goes on in its direction, and only there; nothing echoes.
func TestMirror(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := mirror(t, w)
		ctx := t.Context()
		err := w.s.SaveMapping(ctx, x.admin, access.TabDeals, map[string]integration.MappingChoice{integration.TargetName: {Field: "Stage", Flow: integration.FlowBoth}})
		w.refuses("a stage written by a project's name", err, fault.KindInvalid, "")
		err = w.s.SaveMapping(ctx, x.admin, access.TabDeals, map[string]integration.MappingChoice{
			integration.SourceNext: {Field: "Next_Step"}, integration.SourceStatus: {Field: "Next_Step"}})
		w.refuses("two writers of one field", err, fault.KindInvalid, "")

		x.save(map[string]integration.MappingChoice{
			x.worth:                    {Field: "Amount", Flow: integration.FlowToProject},
			integration.TargetEnd:      {Field: "Closing_Date", Flow: integration.FlowBoth},
			integration.TargetOverview: {Field: "Description", Flow: integration.FlowOnce},
			integration.SourceNext:     {Field: "Next_Step"},
			integration.SourcePercent:  {Field: "Probability"},
		})
		if x.number() != "100" || x.there().EndDate != "2026-12-31" || x.there().Overview != "" {
			t.Errorf("at first: %q, %+v", x.number(), x.there())
		}
		if got := x.record().Values.Number("Probability"); got != 0 {
			t.Errorf("a percentage of nothing done: %d", got)
		}
		list := x.conflicts()
		if len(list) != 1 || list[0].Target != integration.SourcePercent || list[0].CRM != "10" || list[0].Winner != integration.SideProject || list[0].Record.Name != "Harbour" {
			t.Errorf("written over: %+v", list)
		}
		quiet := func(what string) {
			t.Helper()
			rec, there := x.record().Version, x.there().Version
			x.drain()
			if x.record().Version != rec || x.there().Version != there {
				t.Errorf("%s echoes", what)
			}
		}
		x.changeRecord(map[string]any{"Amount": "250.5", "Description": "other cranes"})
		x.drain()
		if x.number() != "250.5" || x.there().Overview != "" {
			t.Errorf("from the record: %q, %+v", x.number(), x.there())
		}
		quiet("a change of the record")
		end, number := "2027-03-31", map[id.ID]string{x.there().Custom[0].Field.ID: "7"}
		x.changeThere(work.ProjectPatch{EndDate: &end, Custom: number})
		x.drain()
		if got := x.record().Values; got.Text("Closing_Date") != end || got.Number("Amount") != 2505000 {
			t.Errorf("from the project: %+v", got)
		}
		quiet("a change of the project")
		// What is done and what comes next appear with the record.
		_, err = w.work.CreateMilestone(ctx, x.owner, x.project.ID, "", work.MilestoneInput{Name: "設計", EndDate: "2027-02-01"})
		w.ok(err)
		_, err = w.work.CreateTask(ctx, x.owner, x.project.ID, "", work.TaskInput{Title: "a", Percent: 40})
		w.ok(err)
		x.drain()
		if got := x.record().Values; got.Text("Next_Step") != "設計" || got.Number("Probability") != 40 {
			t.Errorf("what the project tells: %+v", got)
		}
		// Both changed before a round: the later one stays, and the other is told.
		day := "2027-06-30"
		x.changeThere(work.ProjectPatch{EndDate: &day})
		w.clock.Advance(time.Second)
		x.changeRecord(map[string]any{"Closing_Date": "2027-05-31"})
		x.drain()
		if x.there().EndDate != "2027-05-31" || x.record().Values.Text("Closing_Date") != "2027-05-31" {
			t.Errorf("the later one: %s, %s", x.there().EndDate, x.record().Values.Text("Closing_Date"))
		}
		if list := x.conflicts(); len(list) != 2 || list[0].Other != day || list[0].Winner != integration.SideCRM {
			t.Errorf("conflicts %+v", list)
		}
	})
}

// What a side will not take is told and does not hold up the rest; what stands still
// while the portal is away or a side is in the bin goes on later.
func TestMirrorFaults(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := mirror(t, w)
		ctx := t.Context()
		x.save(map[string]integration.MappingChoice{
			integration.TargetStart: {Field: "Closing_Date", Flow: integration.FlowToProject},
			x.worth:                 {Field: "Amount", Flow: integration.FlowBoth},
		})
		end := "2027-01-31"
		x.changeThere(work.ProjectPatch{EndDate: &end})
		x.changeRecord(map[string]any{"Closing_Date": "2027-02-28", "Amount": "5"})
		x.drain()
		list, err := w.s.Mirrors(ctx, x.admin, integration.TaskSynced, page.Request{})
		w.ok(err)
		if x.number() != "5" || len(list.Items) != 1 || list.Items[0].LeftOut == nil || x.there().StartDate != "2026-12-31" {
			t.Errorf("a start after the end: %q, %+v", x.number(), list.Items)
		}
		// The portal is away: nothing is lost, and it goes on by itself.
		w.door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{Reset: true} })
		x.changeRecord(map[string]any{"Amount": "6"})
		w.drain()
		h, err := w.s.Health(ctx, x.admin)
		w.ok(err)
		if h.Waiting.Mirrors != 1 || x.number() != "5" {
			t.Errorf("while it is away: %+v, %q", h.Waiting, x.number())
		}
		w.door.Plan(nil)
		jobstest.DrainAll(t, w.crm.Queue)
		if x.number() != "6" {
			t.Errorf("when it is back: %q", x.number())
		}
		// In the bin the record changes nothing; back, it goes on.
		w.ok(w.records.s.Delete(ctx, x.admin, access.TabDeals, x.deal))
		number := map[id.ID]string{x.there().Custom[0].Field.ID: "8"}
		x.changeThere(work.ProjectPatch{Custom: number})
		x.drain()
		w.ok(w.records.s.Restore(ctx, x.admin, access.TabDeals, x.deal))
		x.drain()
		if got := x.record().Values.Number("Amount"); got != 80000 {
			t.Errorf("after the bin: %d", got)
		}
		// Disassociated, they go their own ways.
		w.ok(w.s.Disassociate(ctx, x.admin, access.TabDeals, x.deal, x.project.ID, false))
		x.changeRecord(map[string]any{"Amount": "9"})
		x.drain()
		if x.number() != "8" {
			t.Errorf("after the end: %q", x.number())
		}
	})
}

// What was written over in a project goes with it when the portal deletes it for good.
func TestMirrorOfADeletedProject(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := mirror(t, w)
		x.save(map[string]integration.MappingChoice{integration.SourcePercent: {Field: "Probability"}})
		if list := x.conflicts(); len(list) != 1 {
			t.Fatalf("written over: %+v", list)
		}
		w.ok(w.work.TrashProject(t.Context(), x.owner, x.project.ID))
		w.drain()
		if list := x.conflicts(); len(list) != 1 {
			t.Errorf("in the bin: %+v", list)
		}
		w.ok(w.work.PurgeProject(t.Context(), x.owner, x.project.ID))
		w.drain()
		if list := x.conflicts(); len(list) != 0 {
			t.Errorf("deleted for good: %+v", list)
		}
	})
}

// watched says how many projects the organisation has its portal tell of.
func (x *mirrored) watched() int {
	x.t.Helper()
	sys := x.projects.Portals.System(x.owner.Portal(), "test")
	list, err := x.work.Watched(x.t.Context(), sys, x.admin.Org().String(), 0, 10)
	x.ok(err)
	return len(list)
}

// told counts what the portal's outbox says of the project from now on.
func (x *mirrored) told(do func()) int {
	x.t.Helper()
	sys := x.projects.Portals.System(x.owner.Portal(), "test")
	count := func() (n int) {
		list, err := x.projects.Portals.Changes(x.t.Context(), sys, 0, 1000)
		x.ok(err)
		for _, c := range list {
			if c.Kind == work.ChangeProjectChanged && c.Subject == x.project.ID {
				n++
			}
		}
		return n
	}
	before := count()
	do()
	return count() - before
}

// TestMirrorsEndTheirWatch: a project is watched while a mirror follows it, however the
// mirror goes; whoever else watches it goes on.
func TestMirrorsEndTheirWatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := mirror(t, w)
		ctx := t.Context()
		live := map[string]integration.MappingChoice{integration.TargetOverview: {Field: "Description", Flow: integration.FlowBoth}}
		change := func() {
			overview := x.there().Overview + "."
			x.changeThere(work.ProjectPatch{Overview: &overview})
		}
		begun := func() {
			t.Helper()
			if n := x.watched(); n != 1 {
				t.Fatalf("%d projects are watched", n)
			}
			if n := x.told(change); n != 1 {
				t.Errorf("told %d times of a mirrored project", n)
			}
			x.drain()
		}
		ended := func(how string) {
			t.Helper()
			x.drain()
			if n := x.watched(); n != 0 {
				t.Errorf("%s: %d projects are still watched", how, n)
			}
			if n := x.told(change); n != 0 {
				t.Errorf("%s: told %d times of what nobody follows", how, n)
			}
		}
		x.save(live)
		begun()
		w.ok(w.s.Disassociate(ctx, x.admin, access.TabDeals, x.deal, x.project.ID, false))
		ended("the association was taken away")

		w.associate(x.admin, access.TabDeals, x.deal, x.project.ID)
		x.drain()
		begun()
		x.save(map[string]integration.MappingChoice{integration.TargetOverview: {Field: "Description", Flow: integration.FlowOnce}})
		ended("no field is live")

		// Somebody else watches too: it is told of for them.
		x.save(live)
		begun()
		sys := x.projects.Portals.System(x.owner.Portal(), "test")
		w.ok(x.work.WatchProject(ctx, sys, x.project.ID, "another", true))
		w.ok(w.s.Disassociate(ctx, x.admin, access.TabDeals, x.deal, x.project.ID, false))
		x.drain()
		if n := x.told(change); x.watched() != 0 || n != 1 {
			t.Errorf("another watches: %d watched here, told %d times", x.watched(), n)
		}
		w.ok(x.work.WatchProject(ctx, sys, x.project.ID, "another", false))
		ended("the other one ended it")

		// A record deleted for good takes its mirror along; what tends finds the watch.
		w.associate(x.admin, access.TabDeals, x.deal, x.project.ID)
		x.drain()
		begun()
		w.ok(x.records.s.Delete(ctx, x.admin, access.TabDeals, x.deal))
		w.ok(x.records.s.Purge(ctx, x.admin, access.TabDeals, x.deal))
		w.tick(x.admin)
		ended("the record was deleted for good")

		// With the integration everything ends.
		again := x.records.make(x.admin, access.TabDeals, map[string]any{"Deal_Name": "Pier", "Account_Name": x.account, "Closing_Date": "2026-12-31", "Stage": "Qualification"})
		x.deal = again
		w.associate(x.admin, access.TabDeals, x.deal, x.project.ID)
		x.drain()
		begun()
		_, err := w.s.Disable(ctx, x.admin, w.overview(x.admin).Version)
		w.ok(err)
		ended("the integration was disabled")
	})
}
