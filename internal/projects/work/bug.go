package work

import (
	"context"
	"strconv"
	"time"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// BugInput is what a bug form holds. ID and Version are for updates.
type BugInput struct {
	ID             id.ID
	Version        int64
	Title          string
	Description    string // rich text; sanitised HTML when read, empty in lists
	Assignee       id.ID
	Status         string
	Severity       string
	Classification string
	DueDate        string
	External       bool
}

// Bug is a bug as shown. Number is the printed one, like "WEB-B3", never reused.
type Bug struct {
	BugInput
	Project     portal.Ref
	Number      string
	AssigneeRef portal.Ref
	ReporterRef portal.Ref
	Closed      bool
	Overdue     bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Rights      ItemRights
}

// Bugs lists the bugs of a project that the badge sees.
func (s *Service) Bugs(ctx context.Context, as portal.Member, project id.ID, q ItemQuery) (page.Page[Bug], error) {
	var out page.Page[Bug]
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return out, err
	}
	o := itemOrder(q, "i.title_key", "i.due_key")
	c, err := o.at(q.Page.Cursor)
	if err != nil {
		return out, err
	}
	today := s.today(as)
	rows, err := listBugs(ctx, s.db, st, project, q, o, c, today)
	if err != nil {
		return out, err
	}
	cutRows := cut(o, rows, c, q.Page.Limit(), o.bugKey)
	out.Next, out.Prev = cutRows.Next, cutRows.Prev
	for _, r := range cutRows.Items {
		out.Items = append(out.Items, r.shown(p, st, today))
	}
	return out, nil
}

// Bug gives one bug.
func (s *Service) Bug(ctx context.Context, as portal.Member, project, bug id.ID) (Bug, error) {
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Bug{}, err
	}
	row, err := findBug(ctx, s.db, st, project, bug)
	if err != nil {
		return Bug{}, err
	}
	return row.shown(p, st, s.today(as)), nil
}

// CreateBug files a bug; idem as in CreateProject.
func (s *Service) CreateBug(ctx context.Context, as portal.Member, project id.ID, idem string, in BugInput) (Bug, error) {
	made, err := s.onceInside(ctx, as, project, kindBug, idem, func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error {
		if err := st.require(portal.ActAddBug, portal.Facts{Added: true, External: in.External}); err != nil {
			return err
		}
		var b bugRow
		if err := b.take(p, in); err != nil {
			return err
		}
		if err := st.checkDoers(ctx, tx, project, "assignee", nil, one(b.Assignee)); err != nil {
			return err
		}
		var err error
		if b.number, err = nextNumber(ctx, tx, as.Portal(), project, "bug"); err != nil {
			return err
		}
		b.ID = made
		if err := insertBug(ctx, tx, as, project, b); err != nil {
			return err
		}
		if err := saveBug(ctx, tx, as.Portal(), project, nil, &b); err != nil {
			return err
		}
		return s.assigned(ctx, tx, as, project, KindBug, b.ID, nil, one(b.Assignee))
	})
	if err != nil {
		return Bug{}, err
	}
	return s.Bug(ctx, as, project, made)
}

// UpdateBug changes the bug in.ID at in.Version.
func (s *Service) UpdateBug(ctx context.Context, as portal.Member, project id.ID, in BugInput) (Bug, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		old, err := findBug(ctx, tx, st, project, in.ID)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActEditBug, old.facts(st)); err != nil {
			return err
		}
		if old.Version != in.Version {
			return stale()
		}
		b := old
		if err := b.take(p, in); err != nil {
			return err
		}
		if err := st.checkDoers(ctx, tx, project, "assignee", one(old.Assignee), one(b.Assignee)); err != nil {
			return err
		}
		if err := updateBug(ctx, tx, as.Portal(), b); err != nil {
			return err
		}
		if err := saveBug(ctx, tx, as.Portal(), project, &old, &b); err != nil {
			return err
		}
		return s.assigned(ctx, tx, as, project, KindBug, b.ID, one(old.Assignee), one(b.Assignee))
	})
	if err != nil {
		return Bug{}, err
	}
	return s.Bug(ctx, as, project, in.ID)
}

// DeleteBug deletes a bug for good; its number is not given again.
func (s *Service) DeleteBug(ctx context.Context, as portal.Member, project, bug id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findBug(ctx, tx, st, project, bug)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActDeleteBug, old.facts(st)); err != nil {
			return err
		}
		if err := saveBug(ctx, tx, as.Portal(), project, &old, nil); err != nil {
			return err
		}
		if err := deleteComments(ctx, tx, as.Portal(), bug); err != nil {
			return err
		}
		return deleteBug(ctx, tx, as.Portal(), bug)
	})
}

// take checks an input and puts it into the row.
func (b *bugRow) take(p projectRow, in BugInput) error {
	c := newCheck()
	b.Title, b.Description = line(in.Title), rich(text(in.Description))
	b.Assignee, b.External, b.DueDate = in.Assignee, in.External, in.DueDate
	st := c.status("status", BugStatuses(), in.Status)
	b.Status, b.Closed = st.Key, st.Closed
	b.Severity = c.choice("severity", Severities(), in.Severity)
	b.Classification = c.choice("classification", Classifications(), in.Classification)
	c.name("title", b.Title, MaxText)
	c.length("description", b.Description, MaxRich)
	c.day("due_date", b.DueDate)
	c.within(p, "due_date", b.DueDate)
	return c.ok()
}

// saveBug keeps what is derived from a bug; from or to is nil for one that comes or
// goes.
func saveBug(ctx context.Context, tx *store.Tx, in, project id.ID, from, to *bugRow) error {
	d := delta{}
	var subject id.ID
	var oldTitle, newTitle string
	if from != nil {
		d.count(from.item(), -1)
		subject, oldTitle = from.ID, from.titleKey
	}
	if to != nil {
		d.count(to.item(), 1)
		subject, newTitle = to.ID, fold(to.Title)
	}
	if err := rename(ctx, tx, in, project, kindBug, subject, oldTitle, newTitle); err != nil {
		return err
	}
	return bump(ctx, tx, in, project, d)
}

func (b bugRow) item() item { return item{noun: "bugs", closed: b.Closed, external: b.External} }

func (b bugRow) facts(st stance) portal.Facts {
	return portal.Facts{Added: st.mine(b.ReporterRef.ID), Owned: st.mine(b.Assignee), Unassigned: b.Assignee == 0, External: b.External}
}

func (b bugRow) shown(p projectRow, st stance, today string) Bug {
	out, f := b.Bug, b.facts(st)
	out.Project = portal.Ref{ID: p.ID, Name: p.Name}
	out.Number = p.Prefix + "-B" + strconv.FormatInt(b.number, 10)
	out.Overdue = overdue(b.Closed, b.DueDate, today)
	out.Rights = ItemRights{Edit: st.may(portal.ActEditBug, f), Delete: st.may(portal.ActDeleteBug, f)}
	return out
}
