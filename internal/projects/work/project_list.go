package work

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// maxLinks bounds each list of ids in a Query.
const maxLinks = 5000

// today is the date in the portal's time zone.
func (s *Service) today(as portal.Member) string {
	zone, err := time.LoadLocation(as.TimeZone())
	if err != nil {
		zone = time.UTC
	}
	return s.db.Now().In(zone).Format(time.DateOnly)
}

// dayIn is today in a project; in a template nothing is late, as its dates only count
// from one another.
func (s *Service) dayIn(as portal.Member, p projectRow) string {
	if p.Template {
		return ""
	}
	return s.today(as)
}

// Projects lists visible projects without their overviews; see Query.
func (s *Service) Projects(ctx context.Context, as portal.Member, q Query) (page.Page[Project], error) {
	var none page.Page[Project]
	if err := as.RequireKnown(); err != nil {
		return none, err
	}
	for _, ids := range [][]id.ID{q.Companies, q.ClientUsers, q.IDs, q.Exclude} {
		if len(ids) > maxLinks {
			return none, fault.Invalid("work.fault.invalid")
		}
	}
	if !q.Any && len(q.Companies)+len(q.ClientUsers)+len(q.IDs) == 0 {
		return none, nil
	}
	o := projectOrder(q.Sort, q.Desc)
	c, err := o.at(q.Page.Cursor)
	if err != nil {
		return none, err
	}
	rows, err := listProjects(ctx, s.db, as, q, o, c, s.today(as))
	if err != nil {
		return none, err
	}
	return s.projectPage(ctx, as, cut(o, rows, c, q.Page.Limit(), o.projectKey), len(q.ClientUsers) > 0)
}

// Bin lists the projects in the bin by name, for those who may restore them.
func (s *Service) Bin(ctx context.Context, as portal.Member, r page.Request) (page.Page[Project], error) {
	var none page.Page[Project]
	if err := as.RequireKnown(); err != nil {
		return none, err
	}
	if !as.Can(portal.ActRestoreProject) {
		return none, forbidden(portal.ActRestoreProject)
	}
	o := projectOrder(SortName, false)
	c, err := o.at(r.Cursor)
	if err != nil {
		return none, err
	}
	rows, err := listBin(ctx, s.db, as, o, c, r.Limit())
	if err != nil {
		return none, err
	}
	return s.projectPage(ctx, as, cut(o, rows, c, r.Limit(), o.projectKey), false)
}

func (s *Service) projectPage(ctx context.Context, as portal.Member, rows page.Page[projectRow], users bool) (page.Page[Project], error) {
	out := page.Page[Project]{Next: rows.Next, Prev: rows.Prev}
	var err error
	out.Items, err = finish(ctx, s.db, as, rows.Items, users)
	return out, err
}

// finish turns rows into what the badge is shown: its own side of the counts, the
// clients it may know of, and its rights.
func finish(ctx context.Context, q store.Querier, as portal.Member, rows []projectRow, users bool) ([]Project, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(rows))
	var narrow []id.ID
	for i, r := range rows {
		ids[i] = r.ID
		if stanceOf(as, r).level(portal.ActViewTask) == portal.LevelRelated {
			narrow = append(narrow, r.ID)
		}
	}
	clients, err := clientNames(ctx, q, as, ids)
	if err != nil {
		return nil, err
	}
	related, err := relatedCounts(ctx, q, as, narrow)
	if err != nil {
		return nil, err
	}
	var placed map[id.ID][]id.ID
	if users {
		if placed, err = clientUserIDs(ctx, q, as, ids); err != nil {
			return nil, err
		}
	}
	out := make([]Project, len(rows))
	for i, r := range rows {
		st := stanceOf(as, r)
		p := r.Project
		p.Rights = st.rights()
		p.Clients, p.ClientUsers = clients[p.ID], placed[p.ID]
		p.Tasks, p.Percent = r.taskCount(st.level(portal.ActViewTask), related[p.ID])
		p.Milestones = pick(r.stones, st.level(portal.ActViewMilestone))
		p.Bugs = pick(r.bugs, st.level(portal.ActViewBug))
		if !p.Rights.SeeTime {
			p.Minutes, p.MinutesBillable, p.Budget = 0, 0, 0
		}
		out[i] = p
	}
	return out, nil
}

// pick sums the counters of what a reach covers.
func pick(n [4]int64, level portal.Level) Count {
	switch level {
	case portal.LevelAll:
		return Count{Open: n[0] + n[1], Closed: n[2] + n[3]}
	case portal.LevelExternal:
		return Count{Open: n[1], Closed: n[3]}
	}
	return Count{}
}

// tally are the tasks one person is concerned with in a project.
type tally struct {
	Count
	percent int64
}

func (r projectRow) taskCount(level portal.Level, related tally) (Count, int) {
	n, sum := pick(r.tasks, level), r.percent[0]+r.percent[1]
	switch level {
	case portal.LevelExternal:
		sum = r.percent[1]
	case portal.LevelRelated:
		n, sum = related.Count, related.percent
	}
	all := n.Open + n.Closed
	if all == 0 {
		return n, 0
	}
	return n, int(sum / all)
}
