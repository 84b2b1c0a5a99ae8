package work

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/workday"
	"musubi/internal/store"
)

// The ends of a project from which the dates of a template are counted.
const (
	AnchorStart = "start"
	AnchorEnd   = "end"
)

// Anchors lists the ends from which a template's dates are counted; the first is the
// default.
func Anchors() []string { return []string{AnchorStart, AnchorEnd} }

const (
	// MaxTemplates bounds the templates of a portal.
	MaxTemplates = 200
	// MaxTemplateItems bounds what a template holds: milestones, lists and tasks.
	MaxTemplateItems = 2000
	// maxTemplateDays bounds how far the dates of a template lie apart.
	maxTemplateDays = 3660
)

// Template is a pattern for new projects.
type Template struct {
	ID         id.ID
	Name       string
	Tasks      int64
	Milestones int64
	UpdatedAt  time.Time
}

// NewTemplate is a template to make, as a copy of From or, when From is zero, empty.
type NewTemplate struct {
	Name string
	From id.ID
}

// Templates lists the portal's templates by name, for those who may choose one.
func (s *Service) Templates(ctx context.Context, as portal.Member) ([]Template, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if !as.Can(portal.ActTemplates) {
		return nil, forbidden(portal.ActTemplates)
	}
	return listTemplates(ctx, s.db, as.Portal())
}

// CreateTemplate makes a template; idem as in CreateProject. From a project it takes
// the team, milestones, task lists and tasks, as if nothing had been done yet, and
// leaves clients, bugs and statuses behind.
func (s *Service) CreateTemplate(ctx context.Context, as portal.Member, idem string, in NewTemplate) (Project, error) {
	if err := as.RequireKnown(); err != nil {
		return Project{}, err
	}
	if as.Level(portal.ActTemplates) != portal.LevelAll {
		return Project{}, forbidden(portal.ActTemplates)
	}
	home, err := s.portals.Get(ctx, as)
	if err != nil {
		return Project{}, err
	}
	private := false
	statuses, err := projectStatuses(ctx, s.db, as.Portal())
	if err != nil {
		return Project{}, err
	}
	p, err := newProject(as, home, nil, statuses, NewProject{Name: in.Name, Public: &private})
	if err != nil {
		return Project{}, err
	}
	p.Template = true
	var from *pattern
	if in.From != 0 {
		src, err := s.Project(ctx, as, in.From)
		if err != nil {
			return Project{}, err
		}
		p.StartDate, p.EndDate, p.Owner = src.StartDate, src.EndDate, src.Owner
		from = &pattern{source: src.ID, template: src.Template, still: true}
	}
	made, err := s.once(ctx, as, kindProject, idem, func(ctx context.Context, tx *store.Tx, made id.ID) error {
		n, err := countTemplates(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		if n >= MaxTemplates {
			return fault.Conflict("work.fault.too_many_templates").With("Limit", MaxTemplates).WithCode("too_many_templates")
		}
		p := p
		p.ID = made
		return s.fillProject(ctx, tx, as, p, NewProject{}, from)
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, as, made)
}

// pattern is where the work of a new project comes from and how its dates move.
type pattern struct {
	source   id.ID
	template bool // the source is one
	still    bool // dates stay as they are
	end      bool // counted back from the end
	days     *workday.Calendar
}

// pattern prepares the template of a new project; nil without one. A project whose
// dates count from a start that nobody named starts today.
func (s *Service) pattern(ctx context.Context, as portal.Member, in NewProject, p *projectRow) (*pattern, error) {
	if in.Template == 0 {
		return nil, nil
	}
	if !as.Can(portal.ActTemplates) {
		return nil, forbidden(portal.ActTemplates)
	}
	c := newCheck()
	out := &pattern{source: in.Template, template: true, end: c.choice("anchor", Anchors(), in.Anchor) == AnchorEnd}
	switch {
	case out.end && p.EndDate == "":
		c.bad("end_date", "work.fault.anchor_end")
	case !out.end && p.StartDate == "":
		p.StartDate = s.today(as)
		if p.EndDate != "" && p.EndDate < p.StartDate {
			c.bad("start_date", "work.fault.required")
		}
	}
	if err := c.ok(); err != nil || !in.Workdays {
		return out, err
	}
	var err error
	out.days, err = s.portals.Calendar(ctx, as)
	return out, err
}

// shift moves the end a project is anchored at, and drops the other one where they
// would cross.
func (s *Service) shift(ctx context.Context, as portal.Member, in NewProject, p *projectRow) error {
	anchored := &p.StartDate
	if in.Anchor == AnchorEnd {
		anchored = &p.EndDate
	}
	if in.Shift == 0 || *anchored == "" {
		return nil
	}
	day := parse(*anchored).AddDate(0, 0, in.Shift)
	if in.Workdays {
		days, err := s.portals.Calendar(ctx, as)
		if err != nil {
			return err
		}
		day = days.Add(parse(*anchored), in.Shift)
	}
	*anchored = day.Format(time.DateOnly)
	if p.StartDate != "" && p.EndDate != "" && p.EndDate < p.StartDate {
		if in.Anchor == AnchorEnd {
			p.StartDate = ""
		} else {
			p.EndDate = ""
		}
	}
	return nil
}

// mover gives the function that moves a template's dates to those of the project, and
// names the ends the project lacks.
func (f *pattern) mover(c content, p *projectRow) (func(string) string, error) {
	first, last := c.ends()
	if f.still || first == "" {
		return func(d string) string { return d }, nil
	}
	a, b := parse(first), parse(last)
	if b.Sub(a).Hours() > maxTemplateDays*24 {
		return nil, fault.Conflict("work.fault.template_span").WithCode("template_span")
	}
	base, to := a, parse(p.StartDate)
	if f.end {
		base, to = b, parse(p.EndDate)
	}
	move := func(d string) string {
		if d == "" {
			return ""
		}
		t := parse(d)
		switch {
		case f.days == nil:
			t = to.Add(t.Sub(base))
		case f.end:
			t = f.days.Back(to, f.days.Between(t, base))
		default:
			t = f.days.Add(to, f.days.Between(base, t))
		}
		return t.Format(time.DateOnly)
	}
	if p.StartDate == "" {
		p.StartDate = move(first)
	}
	if p.EndDate == "" {
		p.EndDate = move(last)
	}
	check := newCheck()
	check.span("start_date", move(first), "end_date", move(last))
	return move, check.ok()
}

// parse reads a date that was checked when it was written.
func parse(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}
