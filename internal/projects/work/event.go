package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Kinds of events.
const (
	EventComment  = "comment"  // somebody said something about an item
	EventAssigned = "assigned" // To were given an item to do
)

// Event is what happened to an item that concerns people. By is zero for the system.
type Event struct {
	Kind    string
	Portal  id.ID
	Project id.ID
	Item    id.ID
	Of      string // KindTask or KindBug
	Comment id.ID
	By      id.ID
	ByName  string
	To      []id.ID // of a comment, its author
}

// Hook hears of an event inside the transaction that makes it; an error undoes it.
type Hook func(ctx context.Context, tx *store.Tx, e Event) error

// AddHook registers a hook; the program calls it while it is put together.
func (s *Service) AddHook(h Hook) { s.hooks = append(s.hooks, h) }

type quiet struct{}

// Quiet is for filling a portal with what nobody need be told of: hooks hear of nothing
// that is done with the context.
func Quiet(ctx context.Context) context.Context { return context.WithValue(ctx, quiet{}, true) }

func (s *Service) happened(ctx context.Context, tx *store.Tx, as portal.Member, e Event) error {
	if ctx.Value(quiet{}) != nil {
		return nil
	}
	e.Portal, e.By = as.Portal(), as.ID()
	if e.ByName == "" {
		e.ByName = as.Name()
	}
	for _, h := range s.hooks {
		if err := h(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// assigned tells those who are to do an item from now on, other than whoever says so.
func (s *Service) assigned(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, of string, item id.ID, before, after []id.ID) error {
	to := without(after, append([]id.ID{as.ID()}, before...))
	if len(to) == 0 {
		return nil
	}
	return s.happened(ctx, tx, as, Event{Kind: EventAssigned, Project: project, Of: of, Item: item, To: to})
}

// Concern is what an event is about, for whom it may be: the people of the project who
// see the item.
type Concern struct {
	Project portal.Ref
	Title   string
	Text    string // of the comment
	Doers   []id.ID
	People  []portal.Ref // members and client users on the project
}

// Concern reads what an event is about. System only.
func (s *Service) Concern(ctx context.Context, as portal.Member, e Event) (Concern, error) {
	var out Concern
	if err := as.RequireSystem(); err != nil {
		return out, err
	}
	p, err := s.Project(ctx, as, e.Project)
	if err != nil {
		return out, err
	}
	out.Project = portal.Ref{ID: p.ID, Name: p.Name}
	switch e.Of {
	case KindTask:
		t, err := s.Task(ctx, as, e.Project, e.Item)
		if err != nil {
			return out, err
		}
		out.Title, out.Doers = t.Title, t.Owners
	case KindBug:
		b, err := s.Bug(ctx, as, e.Project, e.Item)
		if err != nil {
			return out, err
		}
		out.Title, out.Doers = b.Title, one(b.Assignee)
	}
	if e.Comment == 0 {
		return out, nil
	}
	c, err := findComment(ctx, s.db, as.Portal(), e.Item, e.Comment)
	if err != nil {
		return out, err
	}
	out.Text = c.Body
	if out.People, err = listAssignable(ctx, s.db, as.Portal(), e.Project, nil); err != nil {
		return out, err
	}
	people, err := s.portals.PeopleByID(ctx, as, p.ClientUsers)
	for _, n := range p.ClientUsers {
		if who, ok := people[n]; ok {
			out.People = append(out.People, portal.Ref{ID: n, Name: who.Name})
		}
	}
	return out, err
}

// Sees says whether somebody of the portal sees an item.
func (s *Service) Sees(ctx context.Context, as portal.Member, e Event) (bool, error) {
	_, st, err := s.enter(ctx, as, e.Project)
	if err == nil {
		_, err = findItem(ctx, s.db, st, e.Project, e.Of, e.Item)
	}
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}
