package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/store"
)

// FindAccounts gives the accounts the badge may see by their folded names (NameKey).
// q is the database or the transaction of whoever asks.
func (s *Service) FindAccounts(ctx context.Context, q store.Querier, as access.Actor, keys []string) (map[string][]id.ID, error) {
	list, err := matchAccounts(ctx, q, as.Org(), keys)
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
