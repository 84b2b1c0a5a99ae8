package gatetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/projects/work"
)

// Run asks a body of Door everything once. world and works are the Projects behind it.
func Run(t *testing.T, door gate.Door, world *projectstest.World, works *work.Service) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what string, err error, code string) {
		t.Helper()
		if !fault.HasCode(err, code) {
			t.Errorf("%s: %v, want %s", what, err, code)
		}
	}
	boss := world.Person(t, "boss@gate.example", "Boss")
	visitor := gate.Visitor{Person: boss.ID(), Email: boss.Email(), Name: "Boss", Locale: "ja"}
	caller := gate.Caller{Org: 7, Name: "CRM"}

	made, err := door.CreatePortal(ctx, visitor, "once", "結び目")
	ok(err)
	again, err := door.CreatePortal(ctx, visitor, "once", "結び目")
	ok(err)
	if made.ID != again.ID {
		t.Error("one act made two portals")
	}
	if _, err := door.CreatePortal(ctx, visitor, "other", " "); !fault.Is(err, fault.KindInvalid) || len(fault.As(err).Fields) == 0 {
		t.Errorf("a portal without a name: %v", err)
	}
	mine, err := door.Mine(ctx, visitor)
	ok(err)
	if len(mine.Owned) != 1 || mine.Owned[0].ID != made.ID {
		t.Errorf("mine %+v", mine)
	}
	key, err := door.OwnKey(ctx, visitor, made.ID)
	ok(err)
	owned, err := door.Owned(ctx, caller, key)
	ok(err)
	if d := cmp.Diff(mine.Owned, owned); d != "" {
		t.Error(d)
	}
	for what, k := range map[string]gate.Key{
		"a wrong secret":  {Secret: key.Secret + "x", Email: key.Email},
		"a wrong address": {Secret: key.Secret, Email: "x" + key.Email},
	} {
		_, err := door.Owned(ctx, caller, k)
		refused(what, err, gate.CodeKeyRejected)
		_, err = door.Open(caller, k, made.ID).Check(ctx)
		refused(what+" in a session", err, gate.CodeKeyRejected)
	}

	s := door.Open(caller, key, made.ID)
	got, err := s.Check(ctx)
	ok(err)
	if got.Name != "結び目" || got.OwnerEmail != boss.Email() {
		t.Errorf("the portal is %+v", got)
	}
	ok(s.Connect(ctx, "connect"))
	member := provision(t, s)
	company, users := clients(t, s)
	asMember(t, s, member, company, users, works, world.Enter(t, boss, made.ID))
	changes, err := s.Changes(ctx, 0, 100)
	ok(err)
	for i, c := range changes {
		if c.Seq != int64(i)+1 {
			t.Errorf("the outbox has a gap before %d", c.Seq)
		}
	}
	ok(s.Disconnect(ctx, "leave"))
	_, err = s.As(member).Rights(ctx)
	refused("after leaving", err, gate.CodeNotMember)
}

func provision(t *testing.T, s gate.Session) id.ID {
	t.Helper()
	ctx := context.Background()
	batch := []gate.Newcomer{{Ref: "1", Email: "clerk@gate.example", Name: "Clerk", Locale: "en"}, {Ref: "2", Email: "boss@gate.example", Name: "Boss"}}
	first, err := s.Provision(ctx, "people", batch)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Provision(ctx, "people", batch)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, second); d != "" {
		t.Errorf("the same act answers otherwise: %s", d)
	}
	if first[0].Outcome != gate.OutcomeCreated || first[0].Role != "employee" || first[1].Outcome != gate.OutcomeExisting || first[1].Role != "owner" {
		t.Errorf("outcomes %+v", first)
	}
	if _, err := s.As(1).Rights(ctx); !fault.HasCode(err, gate.CodeNotMember) {
		t.Errorf("a stranger: %v", err)
	}
	return first[0].Member
}

func clients(t *testing.T, s gate.Session) (gate.Company, []id.ID) {
	t.Helper()
	ctx := context.Background()
	spec := gate.ClientSpec{Name: "青空製作所", Users: []gate.NewClientUser{
		{Ref: "a", Email: "yoko@client.example", Name: "高橋 陽子"}, {Ref: "b", Email: "clerk@gate.example", Name: "Clerk"}, {Ref: "c", Email: "nonsense"}}}
	made, err := s.EnsureClient(ctx, "client", spec)
	if err != nil {
		t.Fatal(err)
	}
	problems := []string{made.Users[0].Problem, made.Users[1].Problem, made.Users[2].Problem}
	if d := cmp.Diff([]string{"", gate.CodeAlreadyMember, gate.ProblemInvalidEmail}, problems); d != "" {
		t.Error(d)
	}
	stream, err := s.Clients(ctx, "", 10)
	if err != nil || len(stream.Clients) != 1 || len(stream.Clients[0].Users) != 1 || stream.Next != "" || stream.Total != 1 {
		t.Errorf("stream %+v, %v", stream, err)
	}
	found, err := s.FindClients(ctx, "青空", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
	people, err := s.ClientUsers(ctx, []id.ID{made.Users[0].ID, 999})
	if err != nil || len(people) != 1 || people[0].ID != made.Users[0].ID {
		t.Errorf("client users by id: %+v, %v", people, err)
	}
	byID, err := s.Companies(ctx, []id.ID{made.Company.ID, 999})
	if err != nil || len(byID) != 1 {
		t.Errorf("by id %+v, %v", byID, err)
	}
	return made.Company, []id.ID{made.Users[0].ID}
}

func asMember(t *testing.T, s gate.Session, member id.ID, company gate.Company, users []id.ID, works *work.Service, owner portal.Member) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p := s.As(member)
	rights, err := p.Rights(ctx)
	ok(err)
	if rights.Role != "employee" || !rights.CreateProject || rights.AddUser {
		t.Errorf("rights %+v", rights)
	}
	pattern, err := works.CreateTemplate(ctx, owner, "", work.NewTemplate{Name: "ひな形"})
	ok(err)
	_, err = works.CreateTask(ctx, owner, pattern.ID, "", work.TaskInput{Title: "最初の仕事", DueDate: "2026-04-01"})
	ok(err)
	options, err := p.Options(ctx)
	ok(err)
	if len(options.Owners) != 2 || len(options.Statuses) == 0 || len(options.Templates) != 1 {
		t.Errorf("options %+v", options)
	}
	grown, err := p.CreateProject(ctx, "grown", gate.NewProject{Name: "ひな形から", Template: pattern.ID, Anchor: gate.AnchorEnd, EndDate: "2026-09-30", Workdays: true})
	ok(err)
	if grown.Tasks.Open != 1 || grown.StartDate != "2026-09-30" {
		t.Errorf("from a template: %+v", grown)
	}
	ok(works.TrashProject(ctx, owner, grown.ID))
	kind, err := works.SaveField(ctx, owner, work.Field{Name: "契約", Kind: work.FieldChoice, Options: []string{"準委任", "請負"}})
	ok(err)
	in := gate.NewProject{Custom: map[id.ID]string{kind.ID: "請負"}, Name: "受発注", Company: company.ID, Users: users, StartDate: "2026-04-01", EndDate: "2027-03-31", Overview: "概要"}
	made, err := p.CreateProject(ctx, "project", in)
	ok(err)
	if own, err := s.Fields(ctx); err != nil || len(own) != 1 || own[0].Options[1] != "請負" {
		t.Errorf("fields %+v, %v", own, err)
	}
	if byID, err := s.Projects(ctx, []id.ID{made.ID, pattern.ID, 999}); err != nil || len(byID) != 1 || byID[0].Name != "受発注" {
		t.Errorf("projects by id: %+v, %v", byID, err)
	}
	same, err := p.CreateProject(ctx, "project", in)
	ok(err)
	if made.ID != same.ID || made.Owner.ID != member {
		t.Errorf("made %+v and %+v", made, same)
	}
	other, err := works.CreateProject(ctx, owner, "", work.NewProject{Name: "見えない"})
	ok(err)
	if _, err := p.Project(ctx, other.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a project of others: %v", err)
	}
	list, err := p.Projects(ctx, gate.ProjectQuery{Companies: []id.ID{company.ID}, IDs: []id.ID{other.ID}, Page: page.Request{Size: 10}})
	ok(err)
	if len(list.Items) != 1 || list.Items[0].ID != made.ID || list.Items[0].Clients[0].Name != company.Name {
		t.Errorf("projects %+v", list.Items)
	}
	name := "受発注システム"
	changed, err := p.UpdateProject(ctx, made.ID, made.Version, gate.ProjectPatch{Name: &name})
	ok(err)
	if _, err := p.UpdateProject(ctx, made.ID, made.Version, gate.ProjectPatch{Name: &name}); !fault.Is(err, fault.KindStale) {
		t.Errorf("an old version: %v", err)
	}
	full, err := p.Project(ctx, made.ID)
	ok(err)
	if full.Name != changed.Name || !full.Rights.Edit || len(full.Custom) != 1 || full.Custom[0].Value != "請負" {
		t.Errorf("project %+v", full)
	}
	if _, err := p.Members(ctx, made.ID); err != nil {
		t.Error(err)
	}
	team(t, p, made.ID, owner.ID())
	ok(p.AddClient(ctx, "again", made.ID, company.ID, users))
	ok(p.RemoveClientUser(ctx, made.ID, users[0]))
	if left, err := p.Project(ctx, made.ID); err != nil || len(left.ClientUsers) != len(users)-1 {
		t.Errorf("client users %+v, %v", left.ClientUsers, err)
	}
	ok(p.AddClient(ctx, "and again", made.ID, company.ID, users))
	items(t, p, made.ID)
	documents(t, p, made.ID, other.ID, works, owner)
	watched(t, s, p, made.ID)
	followed(t, s, p, made.ID)
	ok(p.TrashProject(ctx, "trash", made.ID))
	if _, err := p.Project(ctx, made.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("in the bin: %v", err)
	}
}

// team puts somebody on a project and takes them off.
func team(t *testing.T, p gate.Person, project, somebody id.ID) {
	t.Helper()
	ctx := context.Background()
	before, err := p.Team(ctx, project)
	if err != nil || len(before.Clients) != 1 || !before.Clients[0].Primary {
		t.Fatalf("team %+v, %v", before, err)
	}
	for range 2 {
		if err := p.AddMembers(ctx, project, []id.ID{somebody}, gate.RoleManager); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.AddMembers(ctx, project, []id.ID{somebody}, "king"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a role there is not: %v", err)
	}
	on, err := p.Team(ctx, project)
	if err != nil || len(on.Members) != len(before.Members)+1 || !slices.ContainsFunc(on.Members, func(m gate.TeamPerson) bool {
		return m.ID == somebody && m.Role == gate.RoleManager && m.Active && m.Name != ""
	}) {
		t.Errorf("team %+v, %v", on, err)
	}
	if err := p.RemoveMember(ctx, project, somebody); err != nil {
		t.Error(err)
	}
	if left, err := p.Team(ctx, project); err != nil || len(left.Members) != len(before.Members) {
		t.Errorf("team %+v, %v", left, err)
	}
}

func items(t *testing.T, p gate.Person, project id.ID) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lists, err := p.TaskLists(ctx, project)
	ok(err)
	if len(lists) != 1 {
		t.Errorf("lists %+v", lists)
	}
	task, err := p.SaveTask(ctx, "task", project, gate.TaskInput{Title: "設計", DueDate: "2026-05-01"})
	ok(err)
	same, err := p.SaveTask(ctx, "task", project, gate.TaskInput{Title: "設計", DueDate: "2026-05-01"})
	ok(err)
	if task.ID != same.ID {
		t.Error("one act made two tasks")
	}
	edit := task.TaskInput
	edit.Percent = 40
	task, err = p.SaveTask(ctx, "", project, edit)
	ok(err)
	if one, err := p.Task(ctx, project, task.ID); err != nil || one.Percent != 40 {
		t.Errorf("task %+v, %v", one, err)
	}
	if found, err := p.Tasks(ctx, project, gate.WorkQuery{}); err != nil || len(found.Items) != 1 {
		t.Errorf("tasks %+v, %v", found, err)
	}
	said, err := p.SaveComment(ctx, "said", project, gate.ItemTask, task.ID, gate.CommentInput{Body: "確認しました"})
	ok(err)
	if list, err := p.Comments(ctx, project, gate.ItemTask, task.ID, page.Request{}); err != nil || len(list.Items) != 1 || list.Items[0].By.ID == 0 || !list.Items[0].Rights.Edit {
		t.Errorf("comments %+v, %v", list, err)
	}
	if said, err = p.SaveComment(ctx, "", project, gate.ItemTask, task.ID, gate.CommentInput{ID: said.ID, Version: said.Version, Body: "再確認しました"}); err != nil || said.Body != "再確認しました" {
		t.Errorf("comment %+v, %v", said, err)
	}
	ok(p.DeleteComment(ctx, project, gate.ItemTask, task.ID, said.ID))
	hours, err := p.SaveTimeLog(ctx, "hours", project, gate.TimeInput{Kind: gate.ItemTask, Item: task.ID, Day: "2026-04-01", Minutes: 45})
	ok(err)
	if same, err := p.SaveTimeLog(ctx, "hours", project, gate.TimeInput{Kind: gate.ItemTask, Item: task.ID, Day: "2026-04-01", Minutes: 45}); err != nil || same.ID != hours.ID || same.ItemTitle != "設計" {
		t.Errorf("hours logged again %+v, %v", same, err)
	}
	if sheet, err := p.TimeSheet(ctx, project, gate.TimeQuery{}); err != nil || len(sheet.Items) != 1 || sheet.Minutes != 45 || !sheet.Items[0].Rights.Edit {
		t.Errorf("hours %+v, %v", sheet, err)
	}
	if one, err := p.TimeLog(ctx, project, hours.ID); err != nil || one.MemberRef.Name == "" {
		t.Errorf("hours %+v, %v", one, err)
	}
	ok(p.DeleteTimeLog(ctx, project, hours.ID))
	inner(t, p, project, task.ID)
	ok(p.DeleteTask(ctx, project, task.ID))
	bug, err := p.SaveBug(ctx, "bug", project, gate.BugInput{Title: "不具合"})
	ok(err)
	if one, err := p.Bug(ctx, project, bug.ID); err != nil || one.Title != "不具合" {
		t.Errorf("bug %+v, %v", one, err)
	}
	if found, err := p.Bugs(ctx, project, gate.WorkQuery{Status: "open"}); err != nil || len(found.Items) != 1 {
		t.Errorf("bugs %+v, %v", found, err)
	}
	ok(p.DeleteBug(ctx, project, bug.ID))
	m, err := p.SaveMilestone(ctx, "milestone", project, gate.MilestoneInput{Name: "引き渡し", EndDate: "2027-03-31"})
	ok(err)
	if one, err := p.Milestone(ctx, project, m.ID); err != nil || one.Name != "引き渡し" {
		t.Errorf("milestone %+v, %v", one, err)
	}
	if found, err := p.Milestones(ctx, project, gate.WorkQuery{}); err != nil || len(found.Items) != 1 {
		t.Errorf("milestones %+v, %v", found, err)
	}
	ok(p.DeleteMilestone(ctx, project, m.ID))
}
