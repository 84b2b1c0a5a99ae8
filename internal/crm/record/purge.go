package record

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// BinDays is how many days a record lies in the bin before it is deleted for good.
const BinDays = 60

// purgeChunk is how many records one transaction deletes for good.
const purgeChunk = 50

// Register tells the queue what empties the bin. The program calls it while it is put
// together.
func (s *Service) Register(q *jobs.Queue) {
	s.queue = q
	jobs.Register(q, s.purgeRound)
	jobs.Register(q, s.purgeBatch)
	q.Periodic(purgeRound{}, 24*time.Hour)
}

// Purge deletes a record in the bin for good, with what hangs on it. Who may delete it
// may. One that is gone already is not found.
func (s *Service) Purge(ctx context.Context, as access.Actor, module string, record id.ID) error {
	m, err := s.Module(as, module)
	if err != nil {
		return err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		item, err := holdInBin(ctx, tx, scope, m.Name, record)
		if err != nil {
			return err
		}
		if err := s.purgeIn(ctx, tx, as.Org(), m, []id.ID{record}); err != nil {
			return err
		}
		return s.access.NotePurge(ctx, tx, as, item.Module+": "+item.Name)
	})
}

// InBin gives a record in the bin that the badge may restore or delete for good.
func (s *Service) InBin(ctx context.Context, as access.Actor, module string, record id.ID) (BinItem, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return BinItem{}, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return BinItem{}, err
	}
	return binItem(ctx, s.db, scope, m.Name, record, "")
}

// EmptyBin begins to delete for good everything that lies in the bin now, or what of
// one module does. Administrators only.
func (s *Service) EmptyBin(ctx context.Context, as access.Actor, module string) error {
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	if module != "" {
		if _, err := s.Module(as, module); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.access.NotePurge(ctx, tx, as, module); err != nil {
			return err
		}
		return s.queue.Insert(ctx, tx, purging{Org: as.Org(), Module: module, Until: store.Micros(tx.Now())})
	})
}

// purgeRound looks through the bins of all organisations, one after the other.
type purgeRound struct{}

// Kind names the job in the queue.
func (purgeRound) Kind() string { return "record.purge_round" }

// purgeRound begins the purge of every organisation that has something due.
func (s *Service) purgeRound(ctx context.Context, _ purgeRound) error {
	until := s.db.Now().AddDate(0, 0, -BinDays)
	for after := id.ID(0); ; {
		orgs, err := organisationsAfter(ctx, s.db, after, 200)
		if err != nil || len(orgs) == 0 {
			return err
		}
		for _, org := range orgs {
			due, err := binBefore(ctx, s.db, org, "", store.Micros(until), 1)
			if err != nil {
				return err
			}
			if len(due) == 0 {
				continue
			}
			err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return s.queue.Insert(ctx, tx, purging{Org: org, Until: store.Micros(until)}, jobs.Unique(org.String()))
			})
			if err != nil {
				return err
			}
		}
		after = orgs[len(orgs)-1]
	}
}

// purging deletes for good what lies in an organisation's bin since a time or longer.
type purging struct {
	Org    id.ID  `json:"org"`
	Module string `json:"module,omitempty"`
	Until  int64  `json:"until"`
}

// Kind names the job in the queue.
func (purging) Kind() string { return "record.purge" }

// purgeBatch deletes some records and asks for the next in the same transaction. One
// that came out of the bin meanwhile stays.
func (s *Service) purgeBatch(ctx context.Context, p purging) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := binBefore(ctx, tx, p.Org, p.Module, p.Until, purgeChunk)
		if err != nil || len(list) == 0 {
			return err
		}
		of := map[string][]id.ID{}
		for _, item := range list {
			of[item.Module] = append(of[item.Module], item.ID)
		}
		for _, m := range s.modules.All() {
			if ids := of[m.Name]; len(ids) > 0 {
				if err := s.purgeIn(ctx, tx, p.Org, m, ids); err != nil {
					return err
				}
				delete(of, m.Name)
			}
		}
		if len(of) > 0 {
			return fault.Internalf("record: the bin of %d holds records of no module: %v", p.Org, of)
		}
		return s.queue.Insert(ctx, tx, p)
	})
}

// purgeIn deletes records of a module whose rows are held: other rooms clear what they
// hung on them, look-ups to them become empty, then they go.
func (s *Service) purgeIn(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, records []id.ID) error {
	for _, h := range s.hooks {
		if h.BeforePurge == nil {
			continue
		}
		if err := h.BeforePurge(ctx, tx, org, m.Name, records); err != nil {
			return err
		}
	}
	for _, other := range s.modules.All() {
		for _, f := range other.Fields {
			if f.Type != field.Lookup || f.Module != m.Name {
				continue
			}
			if m.Name == access.TabAccounts && other.Name == access.TabContacts {
				if err := unmatch(ctx, tx, org, other.Table, f.Column, records); err != nil {
					return err
				}
			}
			if err := clearLookup(ctx, tx, org, other.Table, f.Column, records); err != nil {
				return err
			}
		}
	}
	return remove(ctx, tx, org, m, records)
}
