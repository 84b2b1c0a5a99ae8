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
	jobs.Register(q, s.purgeRest)
	q.Periodic(purgeRound{}, 24*time.Hour)
}

// Purge deletes a record in the bin for good, with what hangs on it. Who may delete it
// may. One that is gone already is not found. Where much hangs on it the rest of the work
// is a job: the record is gone from the bin all the same.
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
		done, err := s.purgeIn(ctx, tx, as.Org(), m, []id.ID{record})
		if err != nil {
			return err
		}
		if !done {
			if err := s.queue.Insert(ctx, tx, purgingOne{Org: as.Org(), Module: m.Name, Record: record}); err != nil {
				return err
			}
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

// purgingOne goes on with the deletion for good of one record.
type purgingOne struct {
	Org    id.ID  `json:"org"`
	Module string `json:"module"`
	Record id.ID  `json:"record"`
}

// Kind names the job in the queue.
func (purgingOne) Kind() string { return "record.purge_one" }

// purgeRest clears what one transaction may and asks for the next in the same.
func (s *Service) purgeRest(ctx context.Context, p purgingOne) error {
	m, ok := s.modules.Module(p.Module)
	if !ok {
		return fault.Internalf("record: no module %q to purge from", p.Module)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if there, err := holdPurging(ctx, tx, p.Org, p.Module, p.Record); err != nil || !there {
			return err
		}
		done, err := s.purgeIn(ctx, tx, p.Org, m, []id.ID{p.Record})
		if err != nil || done {
			return err
		}
		return s.queue.Insert(ctx, tx, p)
	})
}

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
				done, err := s.purgeIn(ctx, tx, p.Org, m, ids)
				if err != nil {
					return err
				}
				if !done { // enough for one transaction
					return s.queue.Insert(ctx, tx, p)
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
// hung on them, look-ups to them become empty, then they go. Not done means that more
// hangs on them than one transaction may clear: they are out of sight, and whoever calls
// sees to it that it goes on.
func (s *Service) purgeIn(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, records []id.ID) (done bool, err error) {
	done, err = s.clear(ctx, tx, org, m, records)
	if err != nil {
		return false, err
	}
	if !done {
		return false, setPurging(ctx, tx, org, records)
	}
	return true, remove(ctx, tx, org, m, records)
}

// clear takes away what hangs on records, as much as one transaction may.
func (s *Service) clear(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, records []id.ID) (done bool, err error) {
	for _, h := range s.hooks {
		if h.BeforePurge == nil {
			continue
		}
		if more, err := h.BeforePurge(ctx, tx, org, m.Name, records, s.caps.purge); err != nil || more {
			return false, err
		}
	}
	for _, other := range s.modules.All() {
		for _, f := range other.Fields {
			if f.Type != field.Lookup || f.Module != m.Name {
				continue
			}
			list, err := namingOnes(ctx, tx, org, other.Table, f.Column, records, s.caps.purge)
			if err != nil {
				return false, err
			}
			if m.Name == access.TabAccounts && other.Name == access.TabContacts {
				if err := unmatch(ctx, tx, org, list); err != nil {
					return false, err
				}
			}
			if err := clearLookup(ctx, tx, org, other.Table, f.Column, list); err != nil || len(list) == s.caps.purge {
				return false, err
			}
		}
	}
	n, err := forgetEvents(ctx, tx, org, records, s.caps.purge)
	return err == nil && n < int64(s.caps.purge), err
}
