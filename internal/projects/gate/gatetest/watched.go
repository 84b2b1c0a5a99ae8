package gatetest

import (
	"context"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// watched asks what a session does with one task: it is told of changes while it
// watches, and of none before.
func watched(t *testing.T, s gate.Session, p gate.Person, project id.ID) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var since int64
	news := func() []string {
		t.Helper()
		list, err := s.Changes(ctx, since, 1000)
		ok(err)
		var kinds []string
		for _, c := range list {
			since = c.Seq
			if c.Kind == gate.ChangeTaskChanged || c.Kind == gate.ChangeTaskDeleted {
				kinds = append(kinds, c.Kind)
			}
		}
		return kinds
	}
	task, err := s.SaveTask(ctx, "watched", project, gate.TaskInput{Title: "見積", Priority: "high"})
	ok(err)
	news()
	task.Percent = 20
	task, err = s.SaveTask(ctx, "", project, task.TaskInput)
	ok(err)
	if kinds := news(); len(kinds) != 0 {
		t.Errorf("told of a task nobody watches: %v", kinds)
	}
	ok(s.WatchTask(ctx, project, task.ID, true))
	task.Title = "見積書"
	if task, err = s.SaveTask(ctx, "", project, task.TaskInput); err != nil {
		t.Fatal(err)
	}
	if one, err := s.Task(ctx, project, task.ID); err != nil || one.Title != "見積書" || one.Percent != 20 {
		t.Errorf("task %+v, %v", one, err)
	}
	said, err := s.SaveTaskComment(ctx, "from outside", project, task.ID, gate.CommentInput{Body: "外から", AuthorName: "営業"})
	ok(err)
	if again, err := s.SaveTaskComment(ctx, "from outside", project, task.ID, gate.CommentInput{Body: "外から", AuthorName: "営業"}); err != nil || again.ID != said.ID {
		t.Errorf("one act made two comments: %+v, %v", again, err)
	}
	said, err = s.SaveTaskComment(ctx, "", project, task.ID, gate.CommentInput{ID: said.ID, Version: said.Version, Body: "外から、あらためて"})
	ok(err)
	if list, err := s.TaskComments(ctx, project, task.ID, page.Request{}); err != nil || len(list.Items) != 1 || list.Items[0].By.Name != "営業" || !list.Items[0].Edited {
		t.Errorf("comments %+v, %v", list, err)
	}
	if kinds := news(); len(kinds) != 3 {
		t.Errorf("told of %v, want three changes", kinds)
	}
	ok(p.DeleteTask(ctx, project, task.ID))
	if kinds := news(); len(kinds) != 1 || kinds[0] != gate.ChangeTaskDeleted {
		t.Errorf("told of %v, want the end", kinds)
	}
	if said.By.ID != 0 {
		t.Errorf("said by %+v", said.By)
	}
}

// followed asks what a session does with one project: it sees its values, changes them,
// and is told of every act in it while it watches.
func followed(t *testing.T, s gate.Session, p gate.Person, project id.ID) {
	t.Helper()
	ctx := context.Background()
	var since int64
	news := func() (n int) {
		t.Helper()
		list, err := s.Changes(ctx, since, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			since = c.Seq
			if c.Kind == gate.ChangeProjectChanged && c.Subject == project {
				n++
			}
		}
		return n
	}
	news()
	for _, m := range []gate.MilestoneInput{{Name: "納品", EndDate: "2027-03-01"}, {Name: "設計", EndDate: "2027-02-01"}} {
		if _, err := p.SaveMilestone(ctx, "followed "+m.Name, project, m); err != nil {
			t.Fatal(err)
		}
	}
	if n := news(); n != 0 {
		t.Errorf("told %d times of a project nobody watches", n)
	}
	if err := s.WatchProject(ctx, project, true); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Watched(ctx, 0, 10); err != nil || len(list) != 1 || list[0] != project {
		t.Errorf("watched: %v, %v", list, err)
	}
	if list, err := s.Watched(ctx, project, 10); err != nil || len(list) != 0 {
		t.Errorf("watched after the last: %v, %v", list, err)
	}
	g, err := s.Glance(ctx, project)
	if err != nil || g.ID != project || g.Next != "設計" || g.NextDay != "2027-02-01" {
		t.Errorf("glance %+v, %v", g, err)
	}
	overview := "外から書いた概要"
	after, err := s.SetProject(ctx, project, g.Version, gate.ProjectPatch{Overview: &overview})
	if err != nil || gate.Plain(after.Overview) != overview {
		t.Errorf("set %+v, %v", after, err)
	}
	if _, err := s.SetProject(ctx, project, g.Version, gate.ProjectPatch{Overview: &overview}); !fault.Is(err, fault.KindStale) {
		t.Errorf("an old version gave %v", err)
	}
	if n := news(); n != 1 {
		t.Errorf("told %d times of one change", n)
	}
	if err := s.WatchProject(ctx, project, false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SaveTask(ctx, "followed", project, gate.TaskInput{Title: "静かに"}); err != nil {
		t.Fatal(err)
	}
	if n := news(); n != 0 {
		t.Errorf("told %d times after the watch", n)
	}
	if list, err := s.Watched(ctx, 0, 10); err != nil || len(list) != 0 {
		t.Errorf("still watched: %v, %v", list, err)
	}
}
