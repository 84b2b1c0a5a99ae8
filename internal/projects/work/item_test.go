package work_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestTask(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Task")
		for field, in := range map[string]work.TaskInput{
			"title":      {Title: " "},
			"status":     {Title: "T", Status: "?"},
			"priority":   {Title: "T", Priority: "?"},
			"percent":    {Title: "T", Percent: 101},
			"due_date":   {Title: "T", StartDate: "2026-01-02", DueDate: "2026-01-01"},
			"start_date": {Title: "T", StartDate: "soon"},
			"owners":     {Title: "T", Owners: []id.ID{w.client().ID()}},
		} {
			_, err := w.work.CreateTask(ctx, as, p.ID, "", in)
			wantField(t, field, err, field)
		}
		it := w.task(t, as, p.ID, work.TaskInput{Title: "Build", Percent: 30, Owners: []id.ID{as.ID(), as.ID(), w.employee().ID()}})
		if it.Number != p.Prefix+"-T1" || it.Status != "open" || it.Priority != "none" || len(it.Owners) != 2 || it.ListName == "" || it.CreatedBy.ID != as.ID() {
			t.Errorf("%+v", it)
		}
		for _, step := range []struct {
			status  string
			percent int
			want    int
		}{{"closed", 30, 100}, {"closed", 10, 100}, {"in_progress", 100, 0}, {"in_progress", 100, 100}} {
			in := it.TaskInput
			in.Status, in.Percent = step.status, step.percent
			var err error
			if it, err = w.work.UpdateTask(ctx, as, p.ID, in); err != nil || it.Percent != step.want || it.Closed != (step.status == "closed") {
				t.Errorf("%+v: %d %t, %v", step, it.Percent, it.Closed, err)
			}
			if got := w.get(t, p.ID); got.Percent != step.want {
				t.Errorf("%+v: project at %d", step, got.Percent)
			}
		}
		if err := w.work.DeleteTask(ctx, as, p.ID, it.ID); err != nil {
			t.Fatal(err)
		}
		if next := w.task(t, as, p.ID, work.TaskInput{Title: "Build"}); next.Number != p.Prefix+"-T2" {
			t.Errorf("a number was used again: %s", next.Number)
		}
	})
}

func TestTaskLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Lists")
		stone := w.milestone(t, p.ID, work.MilestoneInput{Name: "M"})
		l, err := w.work.CreateTaskList(ctx, as, p.ID, "", work.TaskListInput{Name: "Design", Milestone: stone.ID})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.work.CreateTaskList(ctx, as, p.ID, "", work.TaskListInput{Name: "Design", Milestone: l.ID})
		wantField(t, "no milestone", err, "milestone")
		it := w.task(t, as, p.ID, work.TaskInput{Title: "T", List: l.ID})
		wantKind(t, "not empty", w.work.DeleteTaskList(ctx, as, p.ID, l.ID), fault.KindConflict, "list_not_empty")
		lists, err := w.work.TaskLists(ctx, as, p.ID)
		if err != nil || len(lists) != 2 || !lists[0].Default || lists[1].Tasks.Open != 1 || lists[1].Rights.Delete {
			t.Fatalf("%+v, %v", lists, err)
		}
		wantKind(t, "default", w.work.DeleteTaskList(ctx, as, p.ID, lists[0].ID), fault.KindConflict, "default_list")
		in := it.TaskInput
		in.List = lists[0].ID
		if it, err = w.work.UpdateTask(ctx, as, p.ID, in); err != nil || it.List != lists[0].ID {
			t.Fatal(err)
		}
		if err := w.work.DeleteMilestone(ctx, as, p.ID, stone.ID); err != nil {
			t.Fatal(err)
		}
		if l, err = w.work.TaskList(ctx, as, p.ID, l.ID); err != nil || l.Milestone != 0 {
			t.Errorf("%+v, %v", l, err)
		}
		if err := w.work.DeleteTaskList(ctx, as, p.ID, l.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestBugAndMilestone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Bugs")
		b := w.bug(t, w.employee(), p.ID, work.BugInput{Title: "Crash", Description: "<b>x</b><script>", Severity: "critical", Assignee: w.manager().ID()})
		if b.Number != p.Prefix+"-B1" || b.ReporterRef.ID != w.employee().ID() || b.AssigneeRef.Name == "" || b.Description != "<b>x</b>" || b.Classification != "none" {
			t.Errorf("%+v", b)
		}
		in := b.BugInput
		in.Status, in.External = "closed", true
		if _, err := w.work.UpdateBug(ctx, as, p.ID, in); err != nil {
			t.Fatal(err)
		}
		_, err := w.work.CreateBug(ctx, as, p.ID, "", work.BugInput{Title: "B", Severity: "?"})
		wantField(t, "severity", err, "severity")
		_, err = w.work.CreateMilestone(ctx, as, p.ID, "", work.MilestoneInput{Name: "M", Owner: w.client().ID()})
		wantField(t, "owner", err, "owner")
		m := w.milestone(t, p.ID, work.MilestoneInput{Name: "M", EndDate: "2020-01-01"})
		if !m.Overdue || m.OwnerRef.ID != as.ID() {
			t.Errorf("%+v", m)
		}
		min := m.MilestoneInput
		min.Status = "completed"
		if m, err = w.work.UpdateMilestone(ctx, as, p.ID, min); err != nil || m.Overdue || !m.Closed {
			t.Errorf("%+v, %v", m, err)
		}
		w.milestone(t, p.ID, work.MilestoneInput{Name: "N"})
		if got := w.get(t, p.ID); got.Bugs != (work.Count{Closed: 1}) || got.Milestones != (work.Count{Open: 1, Closed: 1}) {
			t.Errorf("%+v %+v", got.Bugs, got.Milestones)
		}
		late, err := w.work.Bugs(ctx, w.manager(), p.ID, work.ItemQuery{Mine: true, Search: "ras"})
		if err != nil || len(late.Items) != 1 {
			t.Errorf("%+v, %v", late.Items, err)
		}
		if err := w.work.DeleteBug(ctx, as, p.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, p.ID); got.Bugs != (work.Count{}) {
			t.Errorf("%+v", got.Bugs)
		}
	})
}

// Many at once: numbers are given once each, and the counters are what counting
// gives, while tasks come, go, close, move and their list turns.
func TestCountersUnderConcurrency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Busy")
		lists := []work.TaskList{w.list(t, p.ID, "A", false), w.list(t, p.ID, "B", true)}
		var wg sync.WaitGroup
		for n := range 6 {
			wg.Go(func() {
				for i := range 5 {
					it, err := w.work.CreateTask(ctx, as, p.ID, "", work.TaskInput{Title: fmt.Sprint(n, i), List: lists[i%2].ID, Percent: 10 * n})
					if err != nil {
						t.Error(err)
						return
					}
					switch i % 3 {
					case 0:
						in := it.TaskInput
						in.Status, in.List = "closed", lists[(i+1)%2].ID
						if _, err = w.work.UpdateTask(ctx, as, p.ID, in); err != nil && !fault.Is(err, fault.KindStale) {
							t.Error(err)
						}
					case 1:
						if err = w.work.DeleteTask(ctx, as, p.ID, it.ID); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Go(func() {
			for range 6 {
				l, err := w.work.TaskList(ctx, as, p.ID, lists[0].ID)
				if err == nil {
					in := l.TaskListInput
					in.External = !in.External
					_, err = w.work.UpdateTaskList(ctx, as, p.ID, in)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Wait()

		all, err := w.work.Tasks(ctx, as, p.ID, work.ItemQuery{Page: page.Request{Size: 200}})
		if err != nil {
			t.Fatal(err)
		}
		numbers, inList := map[string]bool{}, map[id.ID]work.Count{}
		var want, outside work.Count
		var sum, sumOutside int
		count := func(c *work.Count, closed bool) {
			if closed {
				c.Closed++
			} else {
				c.Open++
			}
		}
		for _, it := range all.Items {
			if numbers[it.Number] {
				t.Errorf("twice: %s", it.Number)
			}
			numbers[it.Number] = true
			count(&want, it.Closed)
			sum += it.Percent
			c := inList[it.List]
			count(&c, it.Closed)
			inList[it.List] = c
			if it.External {
				count(&outside, it.Closed)
				sumOutside += it.Percent
			}
		}
		if len(all.Items) != 18 { // 30 less two of five, six times
			t.Errorf("%d tasks", len(all.Items))
		}
		got := w.get(t, p.ID)
		if got.Tasks != want || got.Percent != sum/len(all.Items) {
			t.Errorf("%+v %d, want %+v %d", got.Tasks, got.Percent, want, sum/len(all.Items))
		}
		theirs, err := w.work.Project(ctx, w.client(), p.ID)
		if err != nil || theirs.Tasks != outside || outside.Open+outside.Closed > 0 && theirs.Percent != sumOutside/int(outside.Open+outside.Closed) {
			t.Errorf("%+v %d, want %+v, %v", theirs.Tasks, theirs.Percent, outside, err)
		}
		now, err := w.work.TaskLists(ctx, as, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range now {
			if diff := cmp.Diff(inList[l.ID], l.Tasks); diff != "" {
				t.Errorf("%s: %s", l.Name, diff)
			}
		}
	})
}
