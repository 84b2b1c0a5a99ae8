package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// adminLink gives the facts to an administrator, and to nobody else.
func (s *Service) adminLink(ctx context.Context, as access.Actor) (link, error) {
	if err := admin(as); err != nil {
		return link{}, err
	}
	return readLink(ctx, s.p.DB, as.Org())
}

// admin lets administrators pass, who are people: the system changes no set-up.
func admin(as access.Actor) error {
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	if as.System() {
		return fault.Forbidden("integration.fault.people_only").WithCode("people_only")
	}
	return nil
}

// change is the frame of every act on the row of facts: administrators only, at the
// version the form was read at, one after the other.
func (s *Service) change(ctx context.Context, as access.Actor, version int64,
	fn func(ctx context.Context, tx *store.Tx, l *link) error) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if err := l.at(version); err != nil {
			return err
		}
		if err := fn(ctx, tx, &l); err != nil {
			return err
		}
		return saveLink(ctx, tx, &l)
	})
}

// follow queues what follows when a bound portal has a fresh key: telling the portal
// who is connected, and registering users. by started it.
func (s *Service) follow(ctx context.Context, tx *store.Tx, l link, by id.ID) error {
	if err := s.p.Queue.Insert(ctx, tx, connectJob{Org: l.Org, Epoch: l.Epoch, Key: l.KeySerial}); err != nil {
		return err
	}
	if err := s.resume(ctx, tx, l); err != nil {
		return err
	}
	return s.provision(ctx, tx, l, by)
}

// resume has carried on at once what stood still while the portal could not be asked:
// what happened there meanwhile, and the tasks, fields, rules and runs that wait.
func (s *Service) resume(ctx context.Context, tx *store.Tx, l link) error {
	if err := s.p.Queue.Insert(ctx, tx, pullJob{Org: l.Org}, jobs.Unique(l.Org.String())); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, tendJob{Org: l.Org}, jobs.Unique(l.Org.String()))
}

// again answers a form that was sent twice: when the act it asks for was refused only
// because it is done, the present state is the answer, not a fault.
func (s *Service) again(ctx context.Context, as access.Actor, refused error, done func(link) bool) (Overview, error) {
	switch {
	case fault.Is(refused, fault.KindStale), fault.Is(refused, fault.KindConflict):
	default:
		return Overview{}, refused
	}
	l, err := readLink(ctx, s.p.DB, as.Org())
	if err != nil || !done(l) {
		return Overview{}, refused
	}
	return s.Overview(ctx, as)
}
