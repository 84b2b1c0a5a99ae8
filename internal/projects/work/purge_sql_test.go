package work_test

import (
	"context"
	"database/sql"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// holding counts the rows of every table that name the project, whatever tables there
// will be one day; zero is counted too.
func holding(t *testing.T, db *store.DB, project id.ID) map[string]int {
	t.Helper()
	rows, err := db.Query(context.Background(), db.Dialect().Pick(
		`SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name LIKE 'projects%' AND c.name = 'project_id'`,
		`SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name LIKE 'projects%' AND column_name = 'project_id'`))
	tables, err := store.Collect(rows, err, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
	if err != nil || len(tables) < 8 {
		t.Fatal(tables, err)
	}
	out := map[string]int{}
	for _, table := range tables {
		var n int
		if err := db.QueryRow(context.Background(), "SELECT COUNT(*) FROM "+table+" WHERE project_id = $1", project).Scan(&n); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	return out
}

// sides parts the tables without rows from the others.
func sides(held map[string]int) (empty, full []string) {
	for _, table := range slices.Sorted(maps.Keys(held)) {
		if held[table] == 0 {
			empty = append(empty, table)
		} else {
			full = append(full, table)
		}
	}
	return empty, full
}

// TestAProjectIsDeletedForGood leaves nothing of a project that held one of everything,
// and its neighbours as they were.
func TestAProjectIsDeletedForGood(t *testing.T) {
	clock := &storetest.Clock{}
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		q := jobs.New(db, slog.New(slog.DiscardHandler))
		kept := files.New(db, q, 1<<20)
		kept.Register()
		w.work = work.New(db, w.Portals, kept)
		w.work.Register(q)
		drain := func() {
			t.Helper()
			for _, err := range jobstest.Drain(t, q) {
				t.Fatal(err)
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ctx, as := t.Context(), w.owner()
		full := func(name string) id.ID {
			t.Helper()
			p := w.project(t, name)
			item := w.task(t, as, p.ID, work.TaskInput{Title: "Task of " + name, Owners: []id.ID{as.ID()}})
			_, err := w.work.AddComment(ctx, as, p.ID, work.KindTask, item.ID, "", work.NewComment{Body: "a word"})
			ok(err)
			part := w.task(t, as, p.ID, work.TaskInput{Title: "Part", Parent: item.ID})
			next := w.task(t, as, p.ID, work.TaskInput{Title: "Next"})
			ok(w.work.AddClient(ctx, as, p.ID, work.NewClient{Company: w.company.ID, AllUsers: true}))
			ok(w.work.AddPredecessor(ctx, as, p.ID, next.ID, part.ID))
			_, err = w.work.AddChecklistLine(ctx, as, p.ID, item.ID, "", "a line")
			ok(err)
			w.milestone(t, p.ID, work.MilestoneInput{Name: "Milestone", Owner: as.ID()})
			w.bug(t, as, p.ID, work.BugInput{Title: "Bug"})
			_, err = w.work.SaveTimeLog(ctx, as, p.ID, "", work.TimeInput{Kind: work.KindTask, Item: item.ID, Day: "2026-01-05", Minutes: 30})
			ok(err)
			_, err = w.work.AddDocument(ctx, as, p.ID, "", work.DocumentInput{Name: "plan.txt"}, strings.NewReader("a plan"))
			ok(err)
			ok(w.work.WatchProject(ctx, w.Portals.System(as.Portal(), "test"), p.ID, "7", true))
			return p.ID
		}
		gone, stays := full("Gone"), full("Stays")
		whole := holding(t, db, stays)
		if empty, _ := sides(whole); len(empty) > 0 {
			t.Fatalf("the test holds nothing in %v", empty)
		}
		if err := w.work.PurgeProject(ctx, as, gone); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("outside the bin: %v", err)
		}
		ok(w.work.TrashProject(ctx, as, gone))
		bin, err := w.work.Bin(ctx, as, page.Request{})
		if err != nil || len(bin.Items) != 1 || bin.Items[0].TrashedBy != as.Name() {
			t.Errorf("%+v %v", bin.Items, err)
		}
		for _, who := range []portal.Member{w.manager(), w.employee()} {
			if err := w.work.PurgeProject(ctx, who, gone); !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", who.Role(), err)
			}
			if err := w.work.EmptyBin(ctx, who); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s empties the bin: %v", who.Role(), err)
			}
		}
		ok(w.work.PurgeProject(ctx, as, gone))
		if _, err := w.work.RestoreProject(ctx, as, gone); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("restored: %v", err)
		}
		drain()
		if _, left := sides(holding(t, db, gone)); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		if now := holding(t, db, stays); !maps.Equal(now, whole) {
			t.Errorf("of the neighbour %v, before %v", now, whole)
		}
		changes, err := w.Portals.Changes(ctx, w.Portals.System(w.portal.ID, "test"), 0, 100)
		if err != nil || !slices.ContainsFunc(changes, func(c portal.Change) bool { return c.Kind == work.ChangeProjectDeleted && c.Subject == gone }) {
			t.Errorf("%+v %v", changes, err)
		}
		// By itself after its days, and not before.
		ok(w.work.TrashProject(ctx, as, stays))
		clock.Advance((work.BinDays - 1) * 24 * time.Hour)
		ok(work.Round(ctx, w.work))
		drain()
		if left := holding(t, db, stays); !maps.Equal(left, whole) {
			t.Errorf("too early: %v", left)
		}
		clock.Advance(25 * time.Hour)
		ok(work.Round(ctx, w.work))
		drain()
		if _, left := sides(holding(t, db, stays)); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		// All at once.
		for _, name := range strings.Fields("One Two") {
			ok(w.work.TrashProject(ctx, as, full(name)))
		}
		ok(w.work.EmptyBin(ctx, as))
		drain()
		if bin, err := w.work.Bin(ctx, as, page.Request{}); err != nil || len(bin.Items) != 0 {
			t.Errorf("%+v %v", bin.Items, err)
		}
	})
}
