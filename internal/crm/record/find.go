package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// FindAccounts gives the accounts the badge may see by their folded names (NameKey).
// q is the database or the transaction of whoever asks.
func (s *Service) FindAccounts(ctx context.Context, q store.Querier, as access.Actor, keys []string) (map[string][]id.ID, error) {
	list, err := matchAccounts(ctx, q, as.Org(), "name_key", keys)
	if err != nil {
		return nil, err
	}
	found := map[string][]id.ID{}
	for key, matches := range list {
		for _, m := range matches {
			found[key] = append(found[key], m.ID)
		}
	}
	return s.onlySeen(ctx, q, as, access.TabAccounts, found)
}

// FindContacts gives the contacts the badge may see by their folded addresses
// (EmailKey).
func (s *Service) FindContacts(ctx context.Context, q store.Querier, as access.Actor, keys []string) (map[string][]id.ID, error) {
	list, err := matchContacts(ctx, q, as.Org(), keys)
	if err != nil {
		return nil, err
	}
	found := map[string][]id.ID{}
	for key, matches := range list {
		for _, m := range matches {
			found[key] = append(found[key], m.ID)
		}
	}
	return s.onlySeen(ctx, q, as, access.TabContacts, found)
}

// onlySeen leaves out what sharing hides from the badge.
func (s *Service) onlySeen(ctx context.Context, q store.Querier, as access.Actor, module string, found map[string][]id.ID) (map[string][]id.ID, error) {
	var ids []id.ID
	for _, list := range found {
		ids = append(ids, list...)
	}
	out := map[string][]id.ID{}
	if len(ids) == 0 {
		return out, as.RequireKnown()
	}
	seen, err := s.seen(ctx, q, as, module, ids)
	for key, list := range found {
		for _, n := range list {
			if seen[n] {
				out[key] = append(out[key], n)
			}
		}
	}
	return out, err
}

// MemberAccounts gives the accounts that have one of the accounts as their parent, those
// the badge sees, by name; not more than limit.
func (s *Service) MemberAccounts(ctx context.Context, as access.Actor, parents []id.ID, limit int) ([]Ref, error) {
	if _, err := s.Module(as, access.TabAccounts); err != nil || len(parents) == 0 {
		return nil, err
	}
	scope, err := s.access.Scope(ctx, as, access.TabAccounts, access.View)
	if err != nil {
		return nil, err
	}
	return memberAccounts(ctx, s.db, scope, as.Org(), parents, limit)
}

// Many gives those of the records that the badge sees, by id, 200 at most.
func (s *Service) Many(ctx context.Context, as access.Actor, module string, ids []id.ID) (map[id.ID]Record, error) {
	m, err := s.Module(as, module)
	if err != nil || len(ids) == 0 {
		return map[id.ID]Record{}, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return nil, err
	}
	return many(ctx, s.db, m, scope, ids[:min(len(ids), page.MaxSize)])
}
