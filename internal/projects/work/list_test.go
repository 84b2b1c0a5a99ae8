package work_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestProjectList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		made := map[string]work.Project{}
		for i, name := range []string{"基幹システム刷新", "青森倉庫", "林 様邸 新築", "Web 100%_test", `back\slash`} {
			in := work.NewProject{Name: name, EndDate: fmt.Sprintf("2026-0%d-01", 5-i)}
			if i == 4 {
				in.EndDate, in.Status = "", "completed"
			}
			p, err := w.work.CreateProject(ctx, as, "", in)
			if err != nil {
				t.Fatal(err)
			}
			made[name] = p
		}
		for search, want := range map[string][]string{
			"倉庫": {"青森倉庫"}, "林": {"林 様邸 新築"}, "ム刷": {"基幹システム刷新"}, "システム": {"基幹システム刷新"},
			"ｼｽﾃﾑ": {"基幹システム刷新"}, "WEB": {"Web 100%_test"}, "%": {"Web 100%_test"}, "0%_t": {"Web 100%_test"},
			`k\s`: {`back\slash`}, "森林": nil, "' OR 1=1 --": nil, "邸 新": {"林 様邸 新築"}, "築": {"林 様邸 新築"},
		} {
			if diff := cmp.Diff(want, w.seen(t, as, work.Query{Any: true, Search: search})); diff != "" {
				t.Errorf("%q: %s", search, diff)
			}
		}
		if _, err := w.work.UpdateProject(ctx, as, made["青森倉庫"].ID, 1, work.ProjectPatch{Name: ptr("秋田工場")}); err != nil {
			t.Fatal(err)
		}
		if got := w.seen(t, as, work.Query{Any: true, Search: "倉庫"}); got != nil {
			t.Errorf("by its old name: %v", got)
		}
		if diff := cmp.Diff([]string{`back\slash`}, w.seen(t, as, work.Query{Any: true, Status: "closed"})); diff != "" {
			t.Error(diff)
		}
		if got := w.seen(t, as, work.Query{Any: true, Status: "open"}); len(got) != 4 {
			t.Errorf("open: %v", got)
		}
		byEnd := []string{"Web 100%_test", "林 様邸 新築", "秋田工場", "基幹システム刷新", `back\slash`}
		if diff := cmp.Diff(byEnd, w.seen(t, as, work.Query{Any: true, Sort: work.SortEnd})); diff != "" {
			t.Error(diff)
		}

		// What the related list asks: by client, by client user, by project, less some.
		err := w.work.AddClient(ctx, as, made["林 様邸 新築"].ID, work.NewClient{Company: w.company.ID, Users: []id.ID{w.client().ID()}})
		if err != nil {
			t.Fatal(err)
		}
		web := made["Web 100%_test"].ID
		if diff := cmp.Diff([]string{"Web 100%_test", "林 様邸 新築"}, w.seen(t, as, work.Query{Companies: []id.ID{w.company.ID}, IDs: []id.ID{web}})); diff != "" {
			t.Error(diff)
		}
		got, err := w.work.Projects(ctx, as, work.Query{ClientUsers: []id.ID{w.client().ID()}})
		if err != nil || len(got.Items) != 1 || len(got.Items[0].ClientUsers) != 1 || got.Items[0].Clients[0].Name != "青空工業" {
			t.Errorf("%+v, %v", got.Items, err)
		}
		if got := w.seen(t, as, work.Query{Companies: []id.ID{w.company.ID}, Exclude: []id.ID{made["林 様邸 新築"].ID}}); got != nil {
			t.Errorf("excluded: %v", got)
		}
		if got := w.seen(t, as, work.Query{}); got != nil {
			t.Errorf("linked to nothing: %v", got)
		}
	})
}

// Forth and back through pages gives every project once, in each order.
func TestPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		for i := range 7 {
			w.empty(t, as, fmt.Sprintf("Same name %d", i/3))
		}
		for _, sort := range []string{work.SortName, work.SortModified, work.SortEnd} {
			for _, desc := range []bool{false, true} {
				var forth, back []id.ID
				q := work.Query{Any: true, Sort: sort, Desc: desc, Page: page.Request{Size: 3}}
				var last page.Page[work.Project]
				for {
					got, err := w.work.Projects(ctx, as, q)
					if err != nil {
						t.Fatal(err)
					}
					for _, p := range got.Items {
						forth = append(forth, p.ID)
					}
					last = got
					if got.Next == "" {
						break
					}
					q.Page.Cursor = got.Next
				}
				for n := len(last.Items) - 1; n >= 0; n-- {
					back = append(back, last.Items[n].ID)
				}
				for last.Prev != "" {
					q.Page.Cursor = last.Prev
					got, err := w.work.Projects(ctx, as, q)
					if err != nil {
						t.Fatal(err)
					}
					for n := len(got.Items) - 1; n >= 0; n-- {
						back = append(back, got.Items[n].ID)
					}
					last = got
				}
				for i := range back {
					if len(forth) != 7 || len(back) != 7 || forth[i] != back[len(back)-1-i] {
						t.Fatalf("%s desc=%t: %v %v", sort, desc, forth, back)
					}
				}
			}
		}
		for _, cursor := range []string{"x", "e30", "eyJvIjoibmFtZSIsImsiOiJhIiwiaSI6LTF9"} {
			_, err := w.work.Projects(ctx, as, work.Query{Any: true, Page: page.Request{Cursor: cursor}})
			wantKind(t, cursor, err, fault.KindInvalid, "")
		}
	})
}

func TestTaskList(t *testing.T) {
	clock := &storetest.Clock{}
	clock.Set(time.Date(2026, 5, 9, 16, 0, 0, 0, time.UTC)) // the 10th in Tokyo
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.employee()
		p, q := w.project(t, "One"), w.project(t, "Two")
		mine := []id.ID{as.ID()}
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "今日の見積", Owners: mine, DueDate: "2026-05-10"})
		w.task(t, w.owner(), q.ID, work.TaskInput{Title: "遅れた見積", Owners: append(mine, w.manager().ID()), DueDate: "2026-05-09", Priority: "high"})
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "済んだ見積", Owners: mine, DueDate: "2026-05-01", Status: "closed"})
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "他人の見積", Owners: []id.ID{w.manager().ID()}, DueDate: "2026-05-01"})
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "いつか", Owners: mine})

		for want, in := range map[string]work.ItemQuery{
			"[今日の見積 済んだ見積 他人の見積 いつか]": {},
			"[今日の見積 済んだ見積 いつか]":       {Mine: true},
			"[済んだ見積 今日の見積 いつか]":       {Mine: true, Sort: work.SortDue},
			"[他人の見積]":             {Overdue: true},
			"[今日の見積 いつか]":         {Status: "open", Mine: true},
			"[済んだ見積]":             {Search: "済", Status: "closed"},
			"[他人の見積 済んだ見積 今日の見積]": {Search: "見積", Desc: true},
		} {
			got, err := w.work.Tasks(ctx, as, p.ID, in)
			var titles []string
			for _, it := range got.Items {
				titles = append(titles, it.Title)
			}
			if fmt.Sprint(titles) != want || err != nil {
				t.Errorf("%v, %v, want %s", titles, err, want)
			}
		}
		home, err := w.work.Home(ctx, as)
		if err != nil || len(home.Overdue) != 1 || len(home.Upcoming) != 2 || len(home.Projects) != 2 {
			t.Fatalf("%+v, %v", home, err)
		}
		late := home.Overdue[0]
		if late.Title != "遅れた見積" || late.Project.Name != "Two" || late.Number != q.Prefix+"-T1" || len(late.OwnerRefs) != 2 || !late.Overdue || !late.Rights.Edit {
			t.Errorf("%+v", late)
		}
		if home.Upcoming[0].Title != "今日の見積" || home.Upcoming[0].Overdue {
			t.Errorf("%+v", home.Upcoming)
		}
		if h, err := w.work.Home(ctx, w.client()); err != nil || len(h.Overdue)+len(h.Upcoming) != 0 || len(h.Projects) != 2 {
			t.Errorf("a client's: %+v, %v", h, err)
		}

		able, err := w.work.Assignable(ctx, as, p.ID)
		if err != nil || len(able) != 5 {
			t.Errorf("owner, administrator and three members: %+v, %v", able, err)
		}
		if able, err = w.work.Assignable(ctx, w.contractor(), p.ID); err != nil || len(able) != 1 || able[0].ID != w.contractor().ID() {
			t.Errorf("%+v, %v", able, err)
		}
		if able, err = w.work.Assignable(ctx, w.client(), p.ID); err != nil || len(able) != 0 {
			t.Errorf("%+v, %v", able, err)
		}
		owners, err := w.work.Owners(ctx, as)
		if err != nil || len(owners) != len(portal.Assignable())+1 {
			t.Errorf("%+v, %v", owners, err)
		}
	})
}
