package work

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// MilestoneInput is what a milestone form holds. ID and Version are for updates.
// Owner zero is the acting member.
type MilestoneInput struct {
	ID        id.ID
	Version   int64
	Name      string
	Owner     id.ID
	StartDate string
	EndDate   string
	Status    string
	External  bool
}

// Milestone is a milestone as shown.
type Milestone struct {
	MilestoneInput
	Project   portal.Ref
	OwnerRef  portal.Ref
	Closed    bool
	Overdue   bool
	CreatedAt time.Time
	UpdatedAt time.Time
	Rights    ItemRights
}

// Milestones lists the milestones of a project that the badge sees.
func (s *Service) Milestones(ctx context.Context, as portal.Member, project id.ID, q ItemQuery) (page.Page[Milestone], error) {
	var out page.Page[Milestone]
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return out, err
	}
	if q.Sort != SortTitle {
		q.Sort = SortDue
	}
	o := itemOrder(q, "i.name_key", "i.end_key")
	c, err := o.at(q.Page.Cursor)
	if err != nil {
		return out, err
	}
	today := s.dayIn(as, p)
	rows, err := listMilestones(ctx, s.db, st, project, q, o, c, today)
	if err != nil {
		return out, err
	}
	cutRows := cut(o, rows, c, q.Page.Limit(), o.milestoneKey)
	out.Next, out.Prev = cutRows.Next, cutRows.Prev
	for _, r := range cutRows.Items {
		out.Items = append(out.Items, r.shown(p, st, today))
	}
	return out, nil
}

// Milestone gives one milestone.
func (s *Service) Milestone(ctx context.Context, as portal.Member, project, milestone id.ID) (Milestone, error) {
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Milestone{}, err
	}
	row, err := findMilestone(ctx, s.db, st, project, milestone)
	if err != nil {
		return Milestone{}, err
	}
	return row.shown(p, st, s.dayIn(as, p)), nil
}

// CreateMilestone adds a milestone; idem as in CreateProject.
func (s *Service) CreateMilestone(ctx context.Context, as portal.Member, project id.ID, idem string, in MilestoneInput) (Milestone, error) {
	made, err := s.onceInside(ctx, as, project, kindMilestone, idem, func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error {
		if err := st.require(portal.ActAddMilestone, portal.Facts{Added: true, External: in.External}); err != nil {
			return err
		}
		m := milestoneRow{}
		if err := m.take(as, p, in); err != nil {
			return err
		}
		if err := st.checkDoers(ctx, tx, project, "owner", nil, one(m.Owner)); err != nil {
			return err
		}
		m.ID = made
		if err := insertMilestone(ctx, tx, as, project, m); err != nil {
			return err
		}
		return saveMilestone(ctx, tx, as.Portal(), project, nil, &m)
	})
	if err != nil {
		return Milestone{}, err
	}
	return s.Milestone(ctx, as, project, made)
}

// UpdateMilestone changes the milestone in.ID at in.Version.
func (s *Service) UpdateMilestone(ctx context.Context, as portal.Member, project id.ID, in MilestoneInput) (Milestone, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		old, err := findMilestone(ctx, tx, st, project, in.ID)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActEditMilestone, old.facts(st)); err != nil {
			return err
		}
		if old.Version != in.Version {
			return stale()
		}
		m := old
		if err := m.take(as, p, in); err != nil {
			return err
		}
		if err := st.checkDoers(ctx, tx, project, "owner", one(old.Owner), one(m.Owner)); err != nil {
			return err
		}
		if err := updateMilestone(ctx, tx, as.Portal(), m); err != nil {
			return err
		}
		return saveMilestone(ctx, tx, as.Portal(), project, &old, &m)
	})
	if err != nil {
		return Milestone{}, err
	}
	return s.Milestone(ctx, as, project, in.ID)
}

// DeleteMilestone deletes a milestone; task lists under it stay.
func (s *Service) DeleteMilestone(ctx context.Context, as portal.Member, project, milestone id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findMilestone(ctx, tx, st, project, milestone)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActDeleteMilestone, old.facts(st)); err != nil {
			return err
		}
		if err := saveMilestone(ctx, tx, as.Portal(), project, &old, nil); err != nil {
			return err
		}
		return deleteMilestone(ctx, tx, as.Portal(), milestone)
	})
}

// take checks an input and puts it into the row.
func (m *milestoneRow) take(as portal.Member, p projectRow, in MilestoneInput) error {
	c := newCheck()
	m.Name, m.Owner, m.External = line(in.Name), in.Owner, in.External
	if m.Owner == 0 {
		m.Owner = as.ID()
	}
	st := c.status("status", MilestoneStatuses(), in.Status)
	m.Status, m.Closed = st.Key, st.Closed
	m.StartDate, m.EndDate = in.StartDate, in.EndDate
	c.name("name", m.Name, MaxName)
	c.span("start_date", m.StartDate, "end_date", m.EndDate)
	c.within(p, "start_date", m.StartDate)
	c.within(p, "end_date", m.EndDate)
	if m.Owner == 0 {
		c.bad("owner", "work.fault.required")
	}
	return c.ok()
}

// saveMilestone keeps what is derived from a milestone; from or to is nil for one
// that comes or goes.
func saveMilestone(ctx context.Context, tx *store.Tx, in, project id.ID, from, to *milestoneRow) error {
	d := delta{}
	var subject id.ID
	var oldName, newName string
	if from != nil {
		d.count(from.item(), -1)
		subject, oldName = from.ID, from.nameKey
	}
	if to != nil {
		d.count(to.item(), 1)
		subject, newName = to.ID, fold(to.Name)
	}
	if err := rename(ctx, tx, in, project, kindMilestone, subject, oldName, newName); err != nil {
		return err
	}
	return bump(ctx, tx, in, project, d)
}

func (m milestoneRow) item() item {
	return item{noun: "milestones", closed: m.Closed, external: m.External}
}

func (m milestoneRow) facts(st stance) portal.Facts {
	return portal.Facts{Added: st.mine(m.createdBy), Owned: st.mine(m.Owner), External: m.External}
}

func (m milestoneRow) shown(p projectRow, st stance, today string) Milestone {
	out, f := m.Milestone, m.facts(st)
	out.Project = portal.Ref{ID: p.ID, Name: p.Name}
	out.Overdue = overdue(m.Closed, m.EndDate, today)
	out.Rights = ItemRights{Edit: st.may(portal.ActEditMilestone, f), Delete: st.may(portal.ActDeleteMilestone, f)}
	return out
}
