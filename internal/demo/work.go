package demo

import (
	"context"
	"time"
	"unicode"

	"musubi/internal/id"
	"musubi/internal/projects/work"
)

// plan is what a project of the demo is made of: the share of its time at which each
// thing is due, and its words in both languages.
type plan struct {
	due    float64
	ja, en string
}

var milestones = []plan{{0.2, "要件の合意", "Requirements agreed"}, {0.6, "開発完了", "Development done"}, {1, "お客様への引き渡し", "Handover"}}

// tasks name their list: "" is the default one, "x" the one clients see.
var tasks = []struct {
	plan
	list string
}{
	{plan{0.05, "キックオフの準備", "Prepare the kick-off"}, ""}, {plan{0.1, "現状のヒアリング", "Interview the users"}, "x"},
	{plan{0.2, "要件定義書の作成", "Write down the requirements"}, "x"}, {plan{0.35, "画面の設計", "Design the screens"}, "x"},
	{plan{0.5, "データベースの設計", "Design the database"}, ""}, {plan{0.6, "中心機能の開発", "Build the core"}, ""},
	{plan{0.7, "結合テスト", "Test it together"}, ""}, {plan{0.85, "受け入れテスト", "Acceptance test"}, "x"},
	{plan{0.95, "操作説明会", "Training"}, "x"},
}

var bugs = []struct {
	plan
	severity string
	external bool
}{
	{plan{0.5, "検索結果の並び順が安定しない", "Search results change their order"}, "major", true},
	{plan{0.55, "印刷すると右端が切れる", "Printing cuts the right edge"}, "minor", true},
	{plan{0.6, "夜間の処理が時々止まる", "The nightly job sometimes stops"}, "critical", false},
}

// word is the plan's name in the language of a project.
func (q plan) word(project string) string {
	for _, r := range project {
		if unicode.Is(unicode.Han, r) || unicode.Is(unicode.Katakana, r) {
			return q.ja
		}
	}
	return q.en
}

// fillWork gives a project its milestones, tasks and bugs. What was due before today
// is done, but for a few that are late.
func (p place) fillWork(ctx context.Context, project work.Project, members []id.ID, n int) error {
	w, today := p.app.Project.Works, p.app.Ground.DB.Now().Format(time.DateOnly)
	start, err1 := time.Parse(time.DateOnly, project.StartDate)
	end, err2 := time.Parse(time.DateOnly, project.EndDate)
	if err1 != nil || err2 != nil {
		start, end = p.app.Ground.DB.Now().AddDate(0, -2, 0), p.app.Ground.DB.Now().AddDate(0, 4, 0)
	}
	day := func(share float64) string {
		return start.Add(time.Duration(share * float64(end.Sub(start)))).Format(time.DateOnly)
	}
	word := func(q plan) string { return q.word(project.Name) }
	who := append([]id.ID{project.Owner.ID}, members...)
	for i, m := range milestones {
		in := work.MilestoneInput{Name: word(m), Owner: project.Owner.ID, EndDate: day(m.due), External: i != 1}
		if day(m.due) < today {
			in.Status = "completed"
		}
		if _, err := w.CreateMilestone(ctx, p.owner, project.ID, "", in); err != nil {
			return err
		}
	}
	shared, err := w.CreateTaskList(ctx, p.owner, project.ID, "", work.TaskListInput{Name: word(plan{0, "お客様と共有", "Shared with the client"}), External: true})
	if err != nil {
		return err
	}
	for i, t := range tasks[:5+(n+len(tasks)-5)%(len(tasks)-4)] {
		in := work.TaskInput{Title: word(t.plan), Owners: []id.ID{who[i%len(who)]}, StartDate: day(max(0, t.due-0.1)), DueDate: day(t.due),
			Priority: []string{"none", "medium", "high", "low"}[i%4]}
		if t.list == "x" {
			in.List = shared.ID
		}
		switch {
		case project.Closed, day(t.due) < today && (i+n)%5 != 0:
			in.Status, in.Percent = "closed", 100
		case day(max(0, t.due-0.15)) < today:
			in.Status, in.Percent = "in_progress", 20+10*(i%7)
		}
		if _, err := w.CreateTask(ctx, p.owner, project.ID, "", in); err != nil {
			return err
		}
	}
	for i, b := range bugs[:n%len(bugs)+1] {
		in := work.BugInput{Title: word(b.plan), Assignee: who[i%len(who)], Severity: b.severity, DueDate: day(b.due), External: b.external}
		if day(b.due) < today {
			in.Status = "closed"
		}
		if _, err := w.CreateBug(ctx, p.owner, project.ID, "", in); err != nil {
			return err
		}
	}
	return nil
}
