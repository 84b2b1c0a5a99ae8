package work

import (
	"cmp"
	"context"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// MaxStatuses bounds the statuses a portal adds to the built-in ones.
const MaxStatuses = 30

// Colours lists the colours of a status; each is told apart from its ground in light
// and dark. Labels: "projectpages.statuses.colour.<colour>".
func Colours() []string {
	return []string{"indigo", "green", "amber", "red", "teal", "violet", "pink", "grey"}
}

// ProjectStatus is a status of projects as the portal has it. A built-in one without a
// Name has the word of the status's key; what a colour of "" looks like follows Closed.
// Whether it is closed stays as it was made.
type ProjectStatus struct {
	Status
	Name     string
	Colour   string
	Own      bool
	Projects int64 // that have it, in StatusUse alone
	Version  int64
	position int64
}

// ProjectStatuses lists the statuses of projects in the portal's order; the first that
// is open is the default.
func (s *Service) ProjectStatuses(ctx context.Context, as portal.Member) ([]ProjectStatus, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	return projectStatuses(ctx, s.db, as.Portal())
}

// StatusUse is ProjectStatuses with how many projects have each, for those who manage
// them; templates and projects in the bin count.
func (s *Service) StatusUse(ctx context.Context, as portal.Member) ([]ProjectStatus, error) {
	if err := as.Require(portal.ActSettings); err != nil {
		return nil, err
	}
	list, err := projectStatuses(ctx, s.db, as.Portal())
	if err != nil {
		return nil, err
	}
	used, err := countStatuses(ctx, s.db, as.Portal())
	for i := range list {
		list[i].Projects = used[list[i].Key]
	}
	return list, err
}

// projectStatuses puts what the portal holds over the built-in statuses. What was never
// moved comes after what was, in its own order.
func projectStatuses(ctx context.Context, q store.Querier, in id.ID) ([]ProjectStatus, error) {
	held, err := listStatuses(ctx, q, in)
	if err != nil {
		return nil, err
	}
	var out []ProjectStatus
	for i, b := range builtinStatuses() {
		x := ProjectStatus{Status: b, position: int64(i)}
		if at := slices.IndexFunc(held, func(h ProjectStatus) bool { return h.Key == b.Key }); at >= 0 {
			x.Name, x.Colour, x.Version, x.position = held[at].Name, held[at].Colour, held[at].Version, held[at].position
		}
		out = append(out, x)
	}
	for _, h := range held {
		if h.Own {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b ProjectStatus) int { return cmp.Compare(a.position, b.position) })
	return out, nil
}

// choices gives the statuses a form's word is found in, the default first.
func choices(list []ProjectStatus) []Status {
	out := make([]Status, len(list))
	for i, s := range list {
		out[i] = s.Status
	}
	slices.SortStableFunc(out, func(a, b Status) int {
		switch {
		case a.Closed == b.Closed:
			return 0
		case b.Closed:
			return -1
		}
		return 1
	})
	return out
}

// SaveProjectStatus adds a status of the portal's own, or changes name and colour of one
// at the version shown. A built-in one without a name keeps its word.
func (s *Service) SaveProjectStatus(ctx context.Context, as portal.Member, in ProjectStatus) (ProjectStatus, error) {
	if err := as.Require(portal.ActSettings); err != nil {
		return ProjectStatus{}, err
	}
	asked := in
	asked.Name = line(in.Name)
	run := func(ctx context.Context, tx *store.Tx) error {
		in = asked
		all, err := projectStatuses(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		if in.Key == "" {
			in.Own = true
			if err := in.check(); err != nil {
				return err
			}
			if own := slices.DeleteFunc(slices.Clone(all), func(x ProjectStatus) bool { return !x.Own }); len(own) >= MaxStatuses {
				return fault.Conflict("work.fault.too_many_statuses").With("Max", MaxStatuses)
			}
			in.Key, in.Version, in.position = tx.NewID().String(), 1, all[len(all)-1].position+1
			return insertStatus(ctx, tx, as.Portal(), in)
		}
		now, err := statusOf(all, in.Key)
		if err != nil {
			return err
		}
		in.Status, in.Own, in.position = now.Status, now.Own, now.position
		if err := in.check(); err != nil {
			return err
		}
		if now.Version != in.Version {
			return stale()
		}
		in.Version++
		if now.Version == 0 {
			return insertStatus(ctx, tx, as.Portal(), in)
		}
		n, err := updateStatus(ctx, tx, as.Portal(), in)
		if err == nil && n == 0 {
			err = stale()
		}
		return err
	}
	err := s.db.Write(ctx, run)
	if store.IsDuplicate(err) {
		err = s.db.Write(ctx, run) // which now sees what was written meanwhile
	}
	if store.IsDuplicate(err) {
		err = fault.Conflict("work.fault.status_exists").Field("name", "work.fault.status_exists")
	}
	return in, err
}

func (x ProjectStatus) check() error {
	c := newCheck()
	if x.Own {
		c.name("name", x.Name, 50)
	}
	c.length("name", x.Name, 50)
	if x.Colour != "" && !slices.Contains(Colours(), x.Colour) {
		c.bad("colour", "work.fault.choice")
	}
	return c.ok()
}

func statusOf(all []ProjectStatus, key string) (ProjectStatus, error) {
	at := slices.IndexFunc(all, func(x ProjectStatus) bool { return x.Key == key })
	if at < 0 {
		return ProjectStatus{}, notFound()
	}
	return all[at], nil
}

// MoveProjectStatus puts a status one place up, or down; at the end it stays there.
func (s *Service) MoveProjectStatus(ctx context.Context, as portal.Member, key string, up bool) error {
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := projectStatuses(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(x ProjectStatus) bool { return x.Key == key })
		if at < 0 {
			return notFound()
		}
		to := at + 1
		if up {
			to = at - 1
		}
		if to < 0 || to >= len(all) {
			return nil
		}
		all[at], all[to] = all[to], all[at]
		return orderStatuses(ctx, tx, as.Portal(), all)
	})
}

// RemoveProjectStatus takes away a status of the portal's own. Projects that have it get
// the replacement, without which one in use stays: a conflict with the code status_used.
func (s *Service) RemoveProjectStatus(ctx context.Context, as portal.Member, key, replacement string) error {
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := projectStatuses(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		old, err := statusOf(all, key)
		if err != nil {
			return err
		}
		if !old.Own {
			return fault.Conflict("work.fault.builtin_status")
		}
		// Gone first: whoever gives it to a project meanwhile waits, and is refused.
		n, err := deleteStatus(ctx, tx, as.Portal(), key)
		if err != nil || n == 0 {
			return orNotFound(err)
		}
		used, err := statusUsed(ctx, tx, as.Portal(), key)
		if err != nil || !used {
			return err
		}
		if replacement == "" {
			return fault.Conflict("work.fault.status_used").Field("replacement", "work.fault.required").WithCode("status_used")
		}
		to, err := statusOf(all, replacement)
		if err != nil || to.Key == key {
			return fault.Invalid("work.fault.invalid").Field("replacement", "work.fault.choice")
		}
		if err := holdStatus(ctx, tx, as.Portal(), to.Status); err != nil {
			return err
		}
		moved, err := moveProjects(ctx, tx, as.Portal(), key, to.Status)
		if err != nil {
			return err
		}
		return s.portals.Emit(ctx, tx, as.Portal(), moved...)
	})
}

func orNotFound(err error) error {
	if err == nil {
		err = notFound()
	}
	return err
}

// holdStatus keeps a status the portal added from being removed until a project that is
// to have it is written.
func holdStatus(ctx context.Context, tx *store.Tx, in id.ID, st Status) error {
	if _, builtin := closedBy(builtinStatuses(), st.Key); builtin {
		return nil
	}
	n, err := touchStatus(ctx, tx, in, st.Key)
	if err == nil && n == 0 {
		err = fault.Invalid("work.fault.invalid").Field("status", "work.fault.choice")
	}
	return err
}
