// Package view keeps how people look at the lists of records: views with a name,
// criteria, columns and an order, one's own or shared with the organisation, and of each
// person which view opens and which columns the built-in ones show. What a view finds is
// read by crm/record with the badge of whoever looks, so that sharing a view shows no
// record to anybody. Start at Shelf.
package view

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Limits.
const (
	MaxName    = 100
	MaxColumns = 15  // besides the name
	MaxOwn     = 100 // views of a person for one module
	MaxShared  = 200 // shared views of one module
)

// Draft is what a view is made of. Columns stand besides the record's name, which comes
// first in every list. Sort "" is the module's own order.
type Draft struct {
	Name     string
	Shared   bool
	Criteria query.Criteria
	Columns  []string
	Sort     string
	Desc     bool
}

// View is one way to look at a module. Title is the locale key of a built-in one's name;
// those have no id and belong to nobody.
type View struct {
	Draft
	Key       string // as addresses spell it
	Title     string
	ID        id.ID
	Module    string
	Owner     id.ID
	OwnerName string
	Version   int64
	Changed   time.Time
	ChangedBy string
	Mine      bool
	Edit      bool // whoever asked may change it
}

// Shelf is the views of a module that somebody may choose from. Favourite is the key of
// the one that opens first; empty where that is the last one looked at.
type Shelf struct {
	Current   View
	System    []View
	Mine      []View
	Shared    []View
	Favourite string
}

// All gives the views in the order of the shelf.
func (s Shelf) All() []View {
	return append(append(append([]View(nil), s.System...), s.Mine...), s.Shared...)
}

// Service is the room's one door.
type Service struct {
	db      *store.DB
	records *record.Service
}

// New makes the service.
func New(db *store.DB, records *record.Service) *Service { return &Service{db: db, records: records} }

// Shelf gives the module's views with the asked one as the current. Without a key it is
// the favourite, else the last one looked at, else all records; what is named and not
// there is not found. The person's choice is remembered.
func (s *Service) Shelf(ctx context.Context, as access.Actor, module, key string) (Shelf, error) {
	m, err := s.records.Module(as, module)
	if err != nil {
		return Shelf{}, err
	}
	chosen, err := choiceOf(ctx, s.db, as, module)
	if err != nil {
		return Shelf{}, err
	}
	list, err := viewsOf(ctx, s.db, as, module)
	if err != nil {
		return Shelf{}, err
	}
	out := Shelf{System: system(as, m, chosen.columns)}
	for _, v := range list {
		if v = seen(as, m, v); v.Mine {
			out.Mine = append(out.Mine, v)
		} else {
			out.Shared = append(out.Shared, v)
		}
	}
	byKey := map[string]View{}
	for _, v := range out.All() {
		byKey[v.Key] = v
	}
	if _, ok := byKey[chosen.favourite]; ok {
		out.Favourite = chosen.favourite
	}
	if key != "" {
		v, ok := byKey[key]
		if !ok {
			return Shelf{}, gone()
		}
		if out.Current = v; key != chosen.last && as.User() != 0 {
			err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return keepLast(ctx, tx, as, module, key) })
		}
		return out, err
	}
	for _, k := range []string{chosen.favourite, chosen.last, KeyAll} {
		if v, ok := byKey[k]; ok {
			out.Current = v
			break
		}
	}
	return out, nil
}

// Get gives one saved view.
func (s *Service) Get(ctx context.Context, as access.Actor, module string, view id.ID) (View, error) {
	m, err := s.records.Module(as, module)
	if err != nil {
		return View{}, err
	}
	v, err := viewByID(ctx, s.db, as, module, view)
	return seen(as, m, v), err
}

// Create saves a view.
func (s *Service) Create(ctx context.Context, as access.Actor, module string, d Draft) (View, error) {
	m, err := s.person(as, module)
	if err != nil {
		return View{}, err
	}
	if d, err = check(as, m, d); err != nil {
		return View{}, err
	}
	v := View{Draft: d, Module: module, Owner: as.User(), OwnerName: as.Name(), Version: 1, ChangedBy: as.Name(), Mine: true, Edit: true}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := room(ctx, tx, as, module, d.Shared, true); err != nil {
			return err
		}
		v.ID, v.Changed = tx.NewID(), tx.Now()
		v.Key = v.ID.String()
		return insertView(ctx, tx, as, v)
	})
	return v, err
}

// Update changes a view at its version; stale when it was saved in between.
func (s *Service) Update(ctx context.Context, as access.Actor, module string, view id.ID, version int64, d Draft) (View, error) {
	m, err := s.person(as, module)
	if err != nil {
		return View{}, err
	}
	if d, err = check(as, m, d); err != nil {
		return View{}, err
	}
	var out View
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		v, err := editable(ctx, tx, as, module, view)
		if err != nil {
			return err
		}
		if err := room(ctx, tx, as, module, d.Shared && !v.Shared, false); err != nil {
			return err
		}
		if !d.Shared && !v.Mine {
			return fault.Invalid("crm.view.invalid").Field("shared", "crm.view.not_yours")
		}
		v.Draft, v.Version, v.Changed, v.ChangedBy = d, version, tx.Now(), as.Name()
		saved, err := updateView(ctx, tx, as, v)
		if err == nil && !saved {
			return fault.New(fault.KindStale, "crm.fault.stale").WithCode("stale")
		}
		v.Version++
		out = v
		return err
	})
	return out, err
}

// Delete takes a view away for good, for everybody it was shared with.
func (s *Service) Delete(ctx context.Context, as access.Actor, module string, view id.ID) error {
	if _, err := s.person(as, module); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := editable(ctx, tx, as, module, view); err != nil {
			return err
		}
		return deleteView(ctx, tx, as, view)
	})
}

// SetFavourite says which view of the module opens first; an empty key leaves it to the
// last one looked at.
func (s *Service) SetFavourite(ctx context.Context, as access.Actor, module, key string) error {
	m, err := s.person(as, module)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if key != "" && !builtIn(as, m, key) {
			view, err := id.Parse(key)
			if err != nil {
				return gone()
			}
			if _, err := viewByID(ctx, tx, as, module, view); err != nil {
				return err
			}
		}
		return keepFavourite(ctx, tx, as, module, key)
	})
}

// SetColumns says which columns the built-in views of the module show to this person;
// nil means the usual ones.
func (s *Service) SetColumns(ctx context.Context, as access.Actor, module string, columns []string) error {
	m, err := s.person(as, module)
	if err != nil {
		return err
	}
	if columns, err = checkColumns(as, m, columns); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return keepColumns(ctx, tx, as, module, columns) })
}

// person gives the module to whoever may view it and is somebody: the program itself
// looks at no list.
func (s *Service) person(as access.Actor, module string) (*schema.Module, error) {
	m, err := s.records.Module(as, module)
	if err == nil && as.User() == 0 {
		err = fault.Forbidden("access.fault.permission").WithCode("no_permission")
	}
	return m, err
}

// editable gives a view the badge may change: one's own, and shared ones for whoever may
// share.
func editable(ctx context.Context, tx *store.Tx, as access.Actor, module string, view id.ID) (View, error) {
	v, err := viewByID(ctx, tx, as, module, view)
	if err == nil && !v.Edit {
		err = fault.Forbidden("crm.view.no_edit").WithCode("no_right")
	}
	return v, err
}

// room refuses a view too many.
func room(ctx context.Context, tx *store.Tx, as access.Actor, module string, shares, makes bool) error {
	own, shared, err := counts(ctx, tx, as, module)
	switch {
	case err != nil:
		return err
	case makes && own >= MaxOwn:
		return fault.Invalid("crm.view.many").With("Max", MaxOwn)
	case shares && shared >= MaxShared:
		return fault.Invalid("crm.view.many_shared").With("Max", MaxShared)
	}
	return nil
}

func gone() error { return fault.NotFound("crm.view.gone") }
