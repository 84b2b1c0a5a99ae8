package work

import (
	"context"

	"musubi/internal/page"
	"musubi/internal/projects/portal"
)

// Home is what a person has to do in one portal: at most ten of each.
type Home struct {
	Overdue  []Task // open, past their due date
	Upcoming []Task // open, the rest, by due date
	Projects []Project
}

const homeSize = 10

// MyTasks lists the tasks the badge is to do, in all visible projects, by due date.
// Of the query it takes Status, Overdue, Desc and Page.
func (s *Service) MyTasks(ctx context.Context, as portal.Member, q ItemQuery) (page.Page[Task], error) {
	return s.myTasks(ctx, as, q, "")
}

// myTasks is MyTasks from a due date on.
func (s *Service) myTasks(ctx context.Context, as portal.Member, q ItemQuery, since string) (page.Page[Task], error) {
	var none page.Page[Task]
	if err := as.RequireKnown(); err != nil {
		return none, err
	}
	if as.ID() == 0 || as.Client() {
		return none, nil
	}
	o := order{name: SortDue, col: "d.due_key", id: "d.task_id", desc: q.Desc}
	c, err := o.at(q.Page.Cursor)
	if err != nil {
		return none, err
	}
	today := s.today(as)
	rows, err := listMyTasks(ctx, s.db, as, q, o, c, since, today)
	if err != nil {
		return none, err
	}
	return taskPage(ctx, s.db, as, cut(o, rows, c, q.Page.Limit(), o.taskKey), today)
}

// Home gathers what the badge has to do and the projects it is on.
func (s *Service) Home(ctx context.Context, as portal.Member) (Home, error) {
	few := page.Request{Size: homeSize}
	late, err := s.myTasks(ctx, as, ItemQuery{Overdue: true, Page: few}, "")
	if err != nil {
		return Home{}, err
	}
	next, err := s.myTasks(ctx, as, ItemQuery{Status: "open", Page: few}, s.today(as))
	if err != nil {
		return Home{}, err
	}
	mine, err := s.Projects(ctx, as, Query{Any: true, Mine: true, Status: "open", Page: few})
	return Home{Overdue: late.Items, Upcoming: next.Items, Projects: mine.Items}, err
}
