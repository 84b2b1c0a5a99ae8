package work_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// layers writes an explanation as "layer:word" with "!" before what stops, and leaves out
// what was not asked.
func layers(e work.Explanation) string {
	var out []string
	for _, v := range e.Verdicts {
		switch {
		case v.Passed:
			out = append(out, v.Layer+":"+v.Word)
		case v.Asked:
			out = append(out, "!"+v.Layer+":"+v.Word)
		}
	}
	return strings.Join(out, " ")
}

// Every layer that stops somebody is named, and so is the one that lets them in; the
// answer agrees with what they see.
func TestExplain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, ctx := newWorld(t, db), t.Context()
		p := w.project(t, "Shared")
		private := w.empty(t, w.owner(), "Private")
		open := w.empty(t, w.owner(), "Open")
		if _, err := w.work.UpdateProject(ctx, w.owner(), open.ID, open.Version, work.ProjectPatch{Public: ptr(true)}); err != nil {
			t.Fatal(err)
		}
		outer := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Outside", List: w.list(t, p.ID, "For the client", true).ID})
		inner := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Inside"})
		stone := w.milestone(t, p.ID, work.MilestoneInput{Name: "Delivery", External: true})
		bug := w.bug(t, w.owner(), p.ID, work.BugInput{Title: "Broken"})
		other := w.Company(t, w.owner(), "別の会社")
		stranger := w.JoinClient(t, w.owner(), other.ID, "stranger@example.net")
		colleague := w.JoinClient(t, w.owner(), w.company.ID, "colleague@example.net")

		for name, c := range map[string]struct {
			who     portal.Member
			project id.ID
			kind    string
			item    id.ID
			want    string
		}{
			"the owner, a project of all":        {w.owner(), private.ID, "", 0, "person:owner bin: access:all"},
			"an employee on it":                  {w.employee(), p.ID, "task", inner.ID, "person:employee bin: access:member item:all"},
			"an employee, not on it":             {w.employee(), private.ID, "", 0, "person:employee bin: !access:private"},
			"an employee, a public one":          {w.employee(), open.ID, "", 0, "person:employee bin: access:public"},
			"a contractor, a task of others":     {w.contractor(), p.ID, "task", inner.ID, "person:contractor bin: access:member !item:unrelated"},
			"a contractor, a bug":                {w.contractor(), p.ID, "bug", bug.ID, "person:contractor bin: access:member item:all"},
			"a client user, external":            {w.client(), p.ID, "task", outer.ID, "person:client bin: access:named item:external"},
			"a client user, internal":            {w.client(), p.ID, "task", inner.ID, "person:client bin: access:named !item:internal"},
			"a client user, a milestone":         {w.client(), p.ID, "milestone", stone.ID, "person:client bin: access:named item:external"},
			"a client user, an internal bug":     {w.client(), p.ID, "bug", bug.ID, "person:client bin: access:named !item:internal"},
			"a client user, another project":     {w.client(), private.ID, "", 0, "person:client bin: !access:other_company"},
			"a client user of another company":   {stranger, p.ID, "task", outer.ID, "person:client bin: !access:other_company"},
			"a client user's colleague, unnamed": {colleague, p.ID, "", 0, "person:client bin: !access:not_named"},
		} {
			e, err := w.work.Explain(ctx, w.owner(), c.who.ID(), c.project, c.kind, c.item)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if diff := cmp.Diff(c.want, layers(e)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			// The answer is what they meet themselves.
			_, err = w.work.Project(ctx, c.who, c.project)
			switch {
			case err == nil && c.kind == "task":
				_, err = w.work.Task(ctx, c.who, c.project, c.item)
			case err == nil && c.kind == "milestone":
				_, err = w.work.Milestone(ctx, c.who, c.project, c.item)
			case err == nil && c.kind == "bug":
				_, err = w.work.Bug(ctx, c.who, c.project, c.item)
			}
			if e.Shown() != (err == nil) {
				t.Errorf("%s: explained as %v, met %v", name, e.Shown(), err)
			}
		}

		if err := w.work.AddClient(ctx, w.owner(), p.ID, work.NewClient{Company: w.company.ID, AllUsers: true}); err != nil {
			t.Fatal(err)
		}
		ask := func(as portal.Member, who, project id.ID, kind string, item id.ID) (work.Explanation, error) {
			return w.work.Explain(ctx, as, who, project, kind, item)
		}
		if e, err := ask(w.owner(), colleague.ID(), p.ID, "", 0); err != nil || layers(e) != "person:client bin: access:company" {
			t.Errorf("with the whole company: %s, %v", layers(e), err)
		}
		if _, err := w.Portals.Deactivate(ctx, w.owner(), colleague.ID()); err != nil {
			t.Fatal(err)
		}
		if e, err := ask(w.owner(), colleague.ID(), p.ID, "task", outer.ID); err != nil || layers(e) != "!person:client" || len(e.Verdicts) != 4 || e.Item != "Outside" {
			t.Errorf("shut out: %s, %+v, %v", layers(e), e, err)
		}
		if err := w.work.TrashProject(ctx, w.owner(), private.ID); err != nil {
			t.Fatal(err)
		}
		if e, err := ask(w.owner(), w.manager().ID(), private.ID, "", 0); err != nil || layers(e) != "person:manager !bin:" {
			t.Errorf("in the bin: %s, %v", layers(e), err)
		}
		for what, c := range map[string]struct {
			err  func() error
			kind fault.Kind
		}{
			"an employee asks":         {func() error { _, err := ask(w.employee(), w.client().ID(), p.ID, "", 0); return err }, fault.KindForbidden},
			"a client user asks":       {func() error { _, err := ask(w.client(), w.client().ID(), p.ID, "", 0); return err }, fault.KindForbidden},
			"about nobody":             {func() error { _, err := ask(w.owner(), 1, p.ID, "", 0); return err }, fault.KindNotFound},
			"about no project":         {func() error { _, err := ask(w.owner(), w.client().ID(), 1, "", 0); return err }, fault.KindNotFound},
			"about no item":            {func() error { _, err := ask(w.owner(), w.client().ID(), p.ID, "task", bug.ID); return err }, fault.KindNotFound},
			"about an unknown kind":    {func() error { _, err := ask(w.owner(), w.client().ID(), p.ID, "song", bug.ID); return err }, fault.KindNotFound},
			"an item of other project": {func() error { _, err := ask(w.owner(), w.client().ID(), open.ID, "task", outer.ID); return err }, fault.KindNotFound},
		} {
			if err := c.err(); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
