package integration

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// pullBatch is how many changes of a portal one transaction takes over.
const pullBatch = 500

// pull takes over what happened in the bound portal since last time. Asking verifies
// the key, so this is the probe too: a rejection changes the state on the way.
func (s *Service) pull(ctx context.Context, org id.ID) error {
	for {
		l, err := readLink(ctx, s.p.DB, org)
		if err != nil || !l.Bound() || !l.KeyOK {
			return err
		}
		news, err := s.news(ctx, l)
		if noted := s.noteContact(ctx, l, news.portal, err); noted != nil {
			return noted
		}
		if fault.HasCode(err, gate.CodeKeyRejected) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(news.changes) == 0 {
			return nil
		}
		if err := late(s.takeOver(ctx, l, news)); err != nil {
			return err
		}
		if len(news.changes) < pullBatch {
			return nil
		}
	}
}

// news are changes with the names they need.
type news struct {
	changes   []gate.Change
	companies []gate.Company
	portal    gate.Portal
}

func (s *Service) news(ctx context.Context, l link) (news, error) {
	var n news
	err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		if n.portal, err = g.Check(ctx); err != nil {
			return err
		}
		if n.changes, err = g.Changes(ctx, l.ChangesSeq, pullBatch); err != nil {
			return err
		}
		var renamed []id.ID
		for _, c := range n.changes {
			if c.Kind == gate.ChangeClientRenamed {
				renamed = append(renamed, c.Subject)
			}
		}
		if len(renamed) > 0 {
			n.companies, err = g.Companies(ctx, renamed)
		}
		return err
	})
	return n, err
}

func (s *Service) takeOver(ctx context.Context, l link, n news) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		cur, err := lockLink(ctx, tx, l.Org)
		if err != nil {
			return err
		}
		if cur.Epoch != l.Epoch || cur.ChangesSeq != l.ChangesSeq {
			return errLate
		}
		for _, c := range n.changes {
			if err := s.apply(ctx, tx, cur, c); err != nil {
				return err
			}
			cur.ChangesSeq = c.Seq
		}
		for _, c := range n.companies {
			if err := renameClient(ctx, tx, cur, c.ID, c.Name); err != nil {
				return err
			}
		}
		cur.PortalName, cur.PortalSlug = n.portal.Name, n.portal.Slug
		return keepLink(ctx, tx, cur)
	})
}

func (s *Service) apply(ctx context.Context, tx *store.Tx, l link, c gate.Change) error {
	switch c.Kind {
	case gate.ChangeProjectTrashed:
		return trashLinks(ctx, tx, l, c.Subject, true)
	case gate.ChangeProjectDeleted:
		return forgetProject(ctx, tx, l, c.Subject)
	case gate.ChangeProjectRestored:
		if err := s.projectBack(ctx, tx, l, c.Subject); err != nil {
			return err
		}
		if err := s.mirrorTouched(ctx, tx, l, "project_id", c.Subject); err != nil {
			return err
		}
		return trashLinks(ctx, tx, l, c.Subject, false)
	case gate.ChangeProjectChanged:
		return s.mirrorTouched(ctx, tx, l, "project_id", c.Subject)
	case gate.ChangeTaskChanged, gate.ChangeTaskDeleted:
		return s.itemTouched(ctx, tx, l, c.Subject, c.Kind == gate.ChangeTaskDeleted)
	case gate.ChangeMemberDeactivated, gate.ChangeMemberActivated, gate.ChangeMemberRemoved:
		return memberChanged(ctx, tx, l, c.Subject, c.Kind)
	case gate.ChangeClientRemoved:
		return dropClient(ctx, tx, l, c.Subject)
	}
	return nil
}

// portalEvent asks again about every organisation bound to a portal something
// happened to.
func (s *Service) portalEvent(ctx context.Context, j portalEventJob) error {
	return s.eachBound(ctx, j.Portal, func(ctx context.Context, tx *store.Tx, org id.ID) error {
		return s.p.Queue.Insert(ctx, tx, pullJob{Org: org}, jobs.Unique(org.String()))
	})
}

// eachBound runs through the organisations bound to a portal (zero: to any).
func (s *Service) eachBound(ctx context.Context, portal id.ID, fn func(context.Context, *store.Tx, id.ID) error) error {
	return s.each(ctx, func(after id.ID, limit int) ([]id.ID, error) {
		return boundOrgs(ctx, s.p.DB, portal, after, limit)
	}, fn)
}

// eachBegun runs through the organisations that ever began.
func (s *Service) eachBegun(ctx context.Context, fn func(context.Context, *store.Tx, id.ID) error) error {
	return s.each(ctx, func(after id.ID, limit int) ([]id.ID, error) {
		return begunOrgs(ctx, s.p.DB, after, limit)
	}, fn)
}

// each runs fn for every organisation of a list, some hundred to a transaction.
func (s *Service) each(ctx context.Context, list func(after id.ID, limit int) ([]id.ID, error),
	fn func(context.Context, *store.Tx, id.ID) error) error {
	const size = 200
	var after id.ID
	for {
		orgs, err := list(after, size)
		if err != nil {
			return err
		}
		err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, org := range orgs {
				if err := fn(ctx, tx, org); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(orgs) < size {
			return err
		}
		after = orgs[len(orgs)-1]
	}
}
