package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

// recordsMerging gives the master of a merge what ties the others to Projects. Of two
// clients, or two client users, the master's stays; the other's tie ends and is named
// in the audit log, its projects and its client live on. Ties that are kept of ended
// bindings go along.
func (s *Service) recordsMerging(ctx context.Context, tx *store.Tx, as access.Actor, m record.Merging) error {
	l, err := readLink(ctx, tx, as.Org())
	if err != nil || l.Epoch == 0 || !listed(m.Module) {
		return err
	}
	if l, err = lockLink(ctx, tx, as.Org()); err != nil {
		return err
	}
	epochs, err := archivedEpochs(ctx, tx, l)
	if err != nil {
		return err
	}
	for _, other := range m.Others {
		for _, epoch := range append(epochs, l.Epoch) {
			in := l
			in.Epoch = epoch
			lost, err := mergeTies(ctx, tx, in, m.Module, m.Master.ID, other.ID)
			if err != nil {
				return err
			}
			if lost == "" || epoch != l.Epoch {
				continue
			}
			if err := s.audit(ctx, tx, as, "integration.merge_unlinked", other.Name+" – "+lost+" (→ "+m.Master.Name+")"); err != nil {
				return err
			}
		}
		if err := mergeFirings(ctx, tx, l.Org, m.Master, other.ID); err != nil {
			return err
		}
	}
	if err := s.mirrorTouched(ctx, tx, l, "record_id", m.Master.ID); err != nil || m.Module == access.TabAccounts {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, movedJob{Org: l.Org, Module: m.Module, Record: m.Master.ID})
}

// follow gives an intent the records that its own were merged into meanwhile.
func (in *intent) follow(went map[id.ID]id.ID) {
	now := func(n id.ID) id.ID {
		if to, ok := went[n]; ok {
			return to
		}
		return n
	}
	in.Record, in.Account = now(in.Record), now(in.Account)
	known, contacts := make([]id.ID, len(in.Value.Known)), make([]contactLink, len(in.Value.Contacts))
	for i, n := range in.Value.Known {
		known[i] = now(n)
	}
	for i, c := range in.Value.Contacts {
		c.Contact, c.Account = now(c.Contact), now(c.Account)
		contacts[i] = c
	}
	in.Value.Known, in.Value.Contacts = known, contacts
}

// records lists the records an intent names.
func (in intent) records() []id.ID {
	out := append([]id.ID{in.Record, in.Account}, in.Value.Known...)
	for _, c := range in.Value.Contacts {
		out = append(out, c.Contact, c.Account)
	}
	return out
}
