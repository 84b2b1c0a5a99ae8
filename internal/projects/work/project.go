package work

import (
	"context"
	"regexp"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Project is a project as the badge that asked for it sees it: a client user's
// counts, percentage and clients are those of their own side. Dates are
// YYYY-MM-DD or "".
type Project struct {
	ID     id.ID
	Name   string
	Prefix string // of the numbers of its tasks and bugs
	Owner  portal.Ref
	Group  portal.Ref
	Status string
	// StatusName is what the portal calls the status; "" the word of its key.
	StatusName   string
	StatusColour string // one of Colours, or ""
	Closed       bool
	StartDate    string
	EndDate      string
	Overview     string // sanitised HTML; empty in lists
	Public       bool
	Strict       bool // work stays inside the project's dates
	Template     bool // a pattern for new projects, see NewProject.Template
	Percent      int  // mean of its tasks
	Tasks        Count
	Milestones   Count
	Bugs         Count
	// Minutes worked on it, and those of them that are charged; only for who may log time.
	Minutes         int64
	MinutesBillable int64
	Budget          int64         // minutes it may take, 0 without; for who may log time
	Clients         []portal.Ref  // the first is the primary client
	ClientUsers     []id.ID       // in Service.Project, and in lists asked by ClientUsers
	Custom          []CustomValue // the portal's own fields, in Service.Project alone
	Rights          Rights
	CreatedAt       time.Time
	UpdatedAt       time.Time
	TrashedAt       time.Time // zero outside the bin
	TrashedBy       string    // name of who put it there
	Version         int64
}

// Count is how many are open and how many closed.
type Count struct {
	Open   int64
	Closed int64
}

// NewProject is a project to make. Owner zero is the acting member; Status "" the
// default; Prefix "" is made from the name; Public nil is the portal's default.
// Company becomes the primary client and Users, client users of it, get access.
// Template, when set, gives the team, the milestones, task lists and tasks; their dates
// are counted as Anchor and Workdays say.
type NewProject struct {
	Name      string
	Prefix    string
	Owner     id.ID
	Group     id.ID
	Status    string
	StartDate string
	EndDate   string
	Overview  string
	Public    *bool
	Strict    bool
	Company   id.ID
	Users     []id.ID
	Team      []TeamMember // beside the owner and whoever makes the project
	Template  id.ID
	Anchor    string           // AnchorStart, the default, or AnchorEnd
	Workdays  bool             // count the portal's working days
	Shift     int              // moves the anchored end by days, working ones with Workdays; another end it passes is dropped
	Budget    int64            // in minutes
	Custom    map[id.ID]string // by field
}

// ProjectPatch changes what is not nil. Group zero takes the project out of its
// group.
type ProjectPatch struct {
	Name      *string
	Owner     *id.ID
	Group     *id.ID
	Status    *string
	StartDate *string
	EndDate   *string
	Overview  *string
	Public    *bool
	Strict    *bool
	Budget    *int64
	Custom    map[id.ID]string // of the fields that are named
}

// Sort columns of Projects.
const (
	SortName     = "name"
	SortModified = "modified"
	SortEnd      = "end_date"
)

// Query asks for projects outside the bin. Any says "all visible ones"; otherwise
// a project matches when one of Companies is its client, one of ClientUsers is on
// it, or it is in IDs. Exclude takes away. Status is "", "open", "closed" or a
// status key. Mine are those the badge was put on. Sort "" is by name.
type Query struct {
	Any         bool
	Companies   []id.ID
	ClientUsers []id.ID
	IDs         []id.ID
	Exclude     []id.ID
	Search      string
	Status      string
	Owner       id.ID
	Group       id.ID
	Mine        bool
	Overdue     bool
	Sort        string
	Desc        bool
	Page        page.Request
}

// CreateProject makes a project; the same idem gives the same project, "" makes a
// new one each time. Owner and creator become managers of it. Whoever lacks the
// right gets a forbidden fault with the code no_create_project.
func (s *Service) CreateProject(ctx context.Context, as portal.Member, idem string, in NewProject) (Project, error) {
	if err := as.RequireKnown(); err != nil {
		return Project{}, err
	}
	if !as.Can(portal.ActAddProject) {
		return Project{}, forbidden(portal.ActAddProject)
	}
	home, err := s.portals.Get(ctx, as)
	if err != nil {
		return Project{}, err
	}
	fields, err := listFields(ctx, s.db, as.Portal())
	if err != nil {
		return Project{}, err
	}
	statuses, err := projectStatuses(ctx, s.db, as.Portal())
	if err != nil {
		return Project{}, err
	}
	p, err := newProject(as, home, fields, statuses, in)
	if err != nil {
		return Project{}, err
	}
	if err := s.shift(ctx, as, in, &p); err != nil {
		return Project{}, err
	}
	from, err := s.pattern(ctx, as, in, &p)
	if err != nil {
		return Project{}, err
	}
	made, err := s.once(ctx, as, kindProject, idem, func(ctx context.Context, tx *store.Tx, made id.ID) error {
		p := p
		p.ID = made
		return s.fillProject(ctx, tx, as, p, in, from)
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, as, made)
}

// newProject checks what needs no database.
func newProject(as portal.Member, home portal.Portal, fields []Field, statuses []ProjectStatus, in NewProject) (projectRow, error) {
	c := newCheck()
	var p projectRow
	p.Name, p.Prefix = line(in.Name), strings.ToUpper(line(in.Prefix))
	p.Owner.ID, p.Group.ID = in.Owner, in.Group
	if p.Owner.ID == 0 {
		p.Owner.ID = as.ID()
	}
	st := c.status("status", choices(statuses), in.Status)
	p.Status, p.Closed = st.Key, st.Closed
	p.StartDate, p.EndDate, p.Overview = in.StartDate, in.EndDate, rich(text(in.Overview))
	p.Strict, p.Public = in.Strict, home.PublicDefault
	if in.Public != nil {
		p.Public = *in.Public
	}
	p.Budget = in.Budget
	c.project(p)
	p.held = c.custom(fields, nil, in.Custom)
	if p.Prefix != "" && !prefixShape.MatchString(p.Prefix) {
		c.bad("prefix", "work.fault.prefix")
	}
	if len(in.Users) > maxLinks {
		c.bad("users", "work.fault.invalid")
	}
	return p, c.ok()
}

var prefixShape = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,9}$`)

// project checks the fields a project has on creation and on every change.
func (c *check) project(p projectRow) {
	c.name("name", p.Name, MaxName)
	c.span("start_date", p.StartDate, "end_date", p.EndDate)
	c.length("overview", p.Overview, MaxRich)
	if p.Budget < 0 || p.Budget > maxBudget {
		c.bad("budget", "work.fault.budget")
	}
}

// maxBudget is the longest budget, in minutes.
const maxBudget = 100_000 * 60

// prefixBase makes the letters of a prefix from a name: the initials of several
// Latin words, the beginning of one, or PRJ.
func prefixBase(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(fold(name)), func(r rune) bool { return r < 'A' || r > 'Z' })
	base := ""
	if len(words) == 1 {
		base = words[0][:min(len(words[0]), 4)]
	} else {
		for _, w := range words[:min(len(words), 4)] {
			base += w[:1]
		}
	}
	if len(base) < 2 {
		return "PRJ"
	}
	return base
}

// fillProject writes a new project and all it begins with; from is nil without a
// template.
func (s *Service) fillProject(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow, in NewProject, from *pattern) error {
	if err := checkPlaces(ctx, tx, as, p); err != nil {
		return err
	}
	if err := holdStatus(ctx, tx, as.Portal(), Status{Key: p.Status}); err != nil {
		return err
	}
	var work content
	var err error
	if from != nil {
		if work, err = from.read(ctx, tx, as, &p); err != nil {
			return err
		}
	}
	if p.Prefix == "" {
		p.Prefix, err = nextPrefix(ctx, tx, as.Portal(), prefixBase(p.Name))
	} else if taken, ask := prefixTaken(ctx, tx, as.Portal(), p.Prefix); ask != nil || taken {
		err = ask
		if taken {
			err = fault.Conflict("work.fault.prefix_taken").Field("prefix", "work.fault.prefix_taken")
		}
	}
	if err != nil {
		return err
	}
	if err := insertProject(ctx, tx, as, p); err != nil {
		return err
	}
	if err := insertCounters(ctx, tx, as.Portal(), p.ID); err != nil {
		return err
	}
	if from == nil {
		err = insertDefaultList(ctx, tx, as, p.ID)
	} else if err = work.put(ctx, tx, as, p); err == nil {
		err = s.copyDocuments(ctx, tx, as, from, p.ID)
	}
	if err != nil {
		return err
	}
	managers := []id.ID{p.Owner.ID}
	if as.ID() != 0 && as.ID() != p.Owner.ID {
		managers = append(managers, as.ID())
	}
	if err := putMembers(ctx, tx, as.Portal(), p.ID, managers, RoleManager); err != nil {
		return err
	}
	if err := putTeam(ctx, tx, as, p, managers, in.Team); err != nil {
		return err
	}
	if in.Company != 0 {
		if err := putClient(ctx, tx, as, p.ID, NewClient{Company: in.Company, Users: in.Users}); err != nil {
			return err
		}
	} else if len(in.Users) > 0 {
		return fault.Invalid("work.fault.invalid").Field("users", "work.fault.choice")
	}
	if err := rename(ctx, tx, as.Portal(), 0, kindProject, p.ID, "", fold(p.Name)); err != nil {
		return err
	}
	return s.tell(ctx, tx, as, p, 1, ChangeProjectCreated)
}

// checkPlaces checks that owner and group are of this portal, the owner one who
// can own.
func checkPlaces(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow) error {
	c := newCheck()
	able, err := activeMembers(ctx, tx, as.Portal(), []id.ID{p.Owner.ID})
	if err != nil {
		return err
	}
	if len(able) == 0 {
		c.bad("owner", "work.fault.not_member")
	}
	if p.Group.ID != 0 {
		known, err := groupExists(ctx, tx, as.Portal(), p.Group.ID)
		if err != nil {
			return err
		}
		if !known {
			c.bad("group", "work.fault.choice")
		}
	}
	return c.ok()
}

// Project gives one visible project outside the bin.
func (s *Service) Project(ctx context.Context, as portal.Member, project id.ID) (Project, error) {
	if err := as.RequireKnown(); err != nil {
		return Project{}, err
	}
	row, err := findProject(ctx, s.db, as, project, false)
	if err != nil {
		return Project{}, err
	}
	out, err := finish(ctx, s.db, as, []projectRow{row}, true)
	if err != nil {
		return Project{}, err
	}
	fields, err := s.Fields(ctx, as)
	out[0].Custom = customOf(fields, row.held)
	return out[0], err
}

// Rights says what the badge may do in a visible project.
func (s *Service) Rights(ctx context.Context, as portal.Member, project id.ID) (Rights, error) {
	if err := as.RequireKnown(); err != nil {
		return Rights{}, err
	}
	row, err := findProject(ctx, s.db, as, project, false)
	if err != nil {
		return Rights{}, err
	}
	return stanceOf(as, row).rights(), nil
}

// inside runs fn in a write transaction that holds the project: it is there, the
// badge can enter it, and nobody else writes its content meanwhile.
func (s *Service) inside(ctx context.Context, as portal.Member, project id.ID, bin bool, fn func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	if as.Looks() {
		return looksOnly()
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lock(ctx, tx, as.Portal(), project); err != nil {
			return err
		}
		p, err := findProject(ctx, tx, as, project, bin)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, p, stanceOf(as, p)); err != nil {
			return err
		}
		return s.acted(ctx, tx, as, p)
	})
}

// tell adds to the portal's number of projects and says there what happened. Nobody
// outside hears of templates.
func (s *Service) tell(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow, more int64, kinds ...string) error {
	if p.Template {
		return nil
	}
	if more != 0 {
		if err := s.portals.CountProjects(ctx, tx, as.Portal(), more); err != nil {
			return err
		}
	}
	for _, k := range kinds {
		if err := s.portals.Emit(ctx, tx, as.Portal(), portal.Change{Kind: k, Subject: p.ID}); err != nil {
			return err
		}
	}
	return nil
}
