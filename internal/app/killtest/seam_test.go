//go:build !race

package killtest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store/storetest"
)

const (
	wonDeals  = 80
	tiedTasks = 60
	kills     = 5 // of the rules, and again of the tasks
	// glimpse is the longest a child lives before it is killed.
	glimpse = 200 * time.Millisecond
)

// TestKilledSeamLosesNothing: deals that were won and tasks that were changed on both
// sides, while the program is killed again and again. In the end every deal has one
// project with its files and every task its twin, the same on both sides.
func TestKilledSeamLosesNothing(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		a := open(t, database)
		boss := do[identity.Person](t)(person(t.Context(), a, email(0)))
		newSmall(t, a, boss, "seam")
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		visit(t, database, "seam", (*house).save)
		undisturbed(t, database, 0)

		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		w := &wrecker{t: t, database: database, random: rand.New(rand.NewPCG(seed, 0))}
		visit(t, database, "seam", (*house).winDeals)
		w.strike()
		visit(t, database, "seam", (*house).tieTasks)
		visit(t, database, "seam", (*house).changeTasks)
		w.strike()
		t.Logf("%d of %d kills left something undone", w.hits, 2*kills)
		if w.hits < 2 {
			t.Errorf("only %d kills came in the middle: the test shows little", w.hits)
		}
		var diff string
		for range 3 {
			w.ahead += jump
			undisturbed(t, database, w.ahead)
			if visit(t, database, "seam", func(h *house) { diff = h.seamDiff() }); diff == "" {
				return
			}
		}
		t.Error(diff)
	})
}

// strike kills children a moment after they began.
func (w *wrecker) strike() {
	w.t.Helper()
	for range kills {
		w.ahead += jump
		p := start(w.t, w.database, w.ahead)
		time.Sleep(time.Duration(w.random.Int64N(int64(glimpse))))
		p.kill()
		visit(w.t, w.database, "seam", func(h *house) {
			if h.undone() > 0 {
				w.hits++
			}
		})
	}
}

// newSmall makes an organisation and a portal of one person, up to the save that joins them.
func newSmall(t *testing.T, a *app.App, boss identity.Person, name string) {
	t.Helper()
	ctx := t.Context()
	h := &house{t: t, app: a}
	h.admin = do[access.Actor](t)(a.CRM.Access.Create(ctx, boss, access.NewOrganisation{Name: name, Edition: access.Paid}))
	made := do[portal.Portal](t)(a.Project.Portals.Create(ctx, boss, portal.NewPortal{Name: name, Slug: name}))
	h.member = do[portal.Member](t)(a.Project.Portals.Enter(ctx, boss, made.ID))
	if _, err := a.Tie.GetStarted(ctx, h.admin, 0); err != nil {
		t.Fatal(err)
	}
}

func dealName(i int) string { return fmt.Sprintf("Deal %02d", i) }

// winDeals makes a rule and deals that fulfil it.
func (h *house) winDeals() {
	h.t.Helper()
	do[integration.Rule](h.t)(h.app.Tie.SaveRule(h.t.Context(), h.admin, integration.Rule{Name: "Won", Active: true, Module: builtin.Deals,
		Conditions: []integration.Condition{{Field: "Stage", Op: integration.OpWon}}, Action: integration.RuleAction{Pattern: "{Deal_Name}", Files: true}}))
	h.records(builtin.Accounts, 1, func(int) map[string]any { return map[string]any{"Account_Name": "Umi"} })
	account := h.list(builtin.Accounts)[0].ID
	h.records(builtin.Deals, wonDeals, func(i int) map[string]any {
		return map[string]any{"Deal_Name": dealName(i), "Account_Name": account, "Stage": "Closed Won", "Closing_Date": "2026-12-01"}
	})
	for _, d := range h.list(builtin.Deals) {
		for i, size := range fileSizes(d.Name) {
			do[attachment.Attachment](h.t)(h.app.CRM.Files.Attach(h.t.Context(), h.admin, builtin.Deals, d.ID, "", fmt.Sprintf("%d.bin", i), bytes.NewReader(make([]byte, size))))
		}
	}
}

// fileSizes are the files of a deal: every fourth has two, one of several pieces.
func fileSizes(deal string) []int64 {
	if n, _ := strconv.Atoi(strings.TrimPrefix(deal, "Deal ")); n%4 == 0 {
		return []int64{700_000, 5}
	}
	return nil
}

// sizesOf gives the sizes of a project's documents, the first added first.
func (h *house) sizesOf(project id.ID) (out []int64) {
	h.t.Helper()
	list := do[work.DocumentList](h.t)(h.app.Project.Works.Documents(h.t.Context(), h.member, project, page.Request{}))
	for _, d := range slices.Backward(list.Items) {
		out = append(out, d.Size)
	}
	return out
}

// tieTasks gives one project tasks of the CRM.
func (h *house) tieTasks() {
	h.t.Helper()
	ctx := h.t.Context()
	deal := h.list(builtin.Deals)[0]
	project := do[work.Project](h.t)(h.app.Project.Works.CreateProject(ctx, h.member, "", work.NewProject{Name: "Tied"})).ID
	do[[]integration.Associated](h.t)(h.app.Tie.AssociateExisting(ctx, h.admin, integration.Associate{Idem: "tied", Module: builtin.Deals, Record: deal.ID, Projects: []id.ID{project}}))
	h.records(builtin.Tasks, tiedTasks, func(i int) map[string]any {
		return map[string]any{"Subject": fmt.Sprintf("Task %02d", i), "Deal_Name": deal.ID}
	})
	for _, task := range h.list(builtin.Tasks) {
		if err := h.app.Tie.AddToProject(ctx, h.admin, task.ID, project); err != nil {
			h.t.Fatal(err)
		}
	}
}

// changeTasks changes every task: the subject in the CRM, the priority in the project.
func (h *house) changeTasks() {
	h.t.Helper()
	ctx := h.t.Context()
	for i, task := range h.list(builtin.Tasks) {
		do[record.Record](h.t)(h.app.CRM.Records.Update(ctx, h.admin, builtin.Tasks, task.ID, task.Version, map[string]any{"Subject": fmt.Sprintf("Changed %02d", i)}))
	}
	for _, task := range h.twins() {
		in := task.TaskInput
		in.Priority = "high"
		do[work.Task](h.t)(h.app.Project.Works.UpdateTask(ctx, h.member, task.project, in))
	}
}

// twin is a task of the project that is tied.
type twin struct {
	work.Task
	project id.ID
}

func (h *house) twins() []twin {
	h.t.Helper()
	var out []twin
	for name, project := range h.projects() {
		if name != "Tied" {
			continue
		}
		for _, t := range all(h, func(ctx context.Context, r page.Request) (page.Page[work.Task], error) {
			return h.app.Project.Works.Tasks(ctx, h.member, project[0], work.ItemQuery{Page: r})
		}) {
			out = append(out, twin{do[work.Task](h.t)(h.app.Project.Works.Task(h.t.Context(), h.member, project[0], t.ID)), project[0]})
		}
	}
	return out
}

// projects gives the projects by their names.
func (h *house) projects() map[string][]id.ID {
	h.t.Helper()
	out := map[string][]id.ID{}
	for _, p := range all(h, func(ctx context.Context, r page.Request) (page.Page[work.Project], error) {
		return h.app.Project.Works.Projects(ctx, h.member, work.Query{Any: true, Page: r})
	}) {
		out[p.Name] = append(out[p.Name], p.ID)
	}
	return out
}

// undone counts what waits.
func (h *house) undone() int {
	h.t.Helper()
	return do[int](h.t)(waiting(h.t.Context(), h.app, h.admin))
}

// seamDiff says what is not as it must be in the end.
func (h *house) seamDiff() string {
	h.t.Helper()
	var want, got []string
	for i := range wonDeals {
		want = append(want, fmt.Sprintf("%s 1 project %v", dealName(i), fileSizes(dealName(i))))
	}
	for name, list := range h.projects() {
		if name != "Tied" {
			got = append(got, fmt.Sprintf("%s %d project %v", name, len(list), h.sizesOf(list[0])))
		}
	}
	for i := range tiedTasks {
		want = append(want, fmt.Sprintf("CRM: Changed %02d, High", i), fmt.Sprintf("project: Changed %02d, high", i))
	}
	for _, t := range h.list(builtin.Tasks) {
		got = append(got, fmt.Sprintf("CRM: %s, %v", t.Name, t.Values["Priority"]))
	}
	for _, t := range h.twins() {
		got = append(got, fmt.Sprintf("project: %s, %s", t.Title, t.Priority))
	}
	if n := h.undone(); n > 0 {
		got = append(got, fmt.Sprintf("%d wait", n))
	}
	slices.Sort(want)
	slices.Sort(got)
	return cmp.Diff(want, got)
}
