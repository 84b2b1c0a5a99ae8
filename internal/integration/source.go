package integration

import (
	"context"
	"slices"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// sources are the ties from which the projects of one record come.
type sources struct {
	client   clientLink    // of the account; zero without
	users    []contactLink // client users, of the contact or of the account's contacts
	explicit []projectLink // on the record itself and, for an account, on its contacts and deals
	exclude  []id.ID
}

// sources reads the ties of a record.
func (s *Service) sources(ctx context.Context, l link, rec subject) (sources, error) {
	var src sources
	var err error
	if src.explicit, err = projectLinks(ctx, s.p.DB, l, "record_id", rec.ID); err != nil {
		return src, err
	}
	if src.exclude, err = exclusions(ctx, s.p.DB, l, rec.ID); err != nil {
		return src, err
	}
	switch rec.Module {
	case access.TabAccounts:
		if src.client, err = clientOf(ctx, s.p.DB, l, rec.ID); err != nil {
			return src, err
		}
		below, err := projectLinks(ctx, s.p.DB, l, "account_id", rec.ID)
		if err != nil {
			return src, err
		}
		src.explicit = append(src.explicit, below...)
		src.users, err = contactLinks(ctx, s.p.DB, l, "account_id", []id.ID{rec.ID})
		return src, err
	case access.TabContacts:
		src.users, err = contactLinks(ctx, s.p.DB, l, "contact_id", []id.ID{rec.ID})
	}
	return src, err
}

func (src sources) companies() []id.ID {
	if src.client.Company == 0 {
		return nil
	}
	return []id.ID{src.client.Company}
}

func (src sources) userIDs() []id.ID {
	var list []id.ID
	for _, u := range src.users {
		list = append(list, u.User)
	}
	return list
}

func (src sources) projects() []id.ID {
	var list []id.ID
	for _, p := range src.explicit {
		if !slices.Contains(src.exclude, p.Project) {
			list = append(list, p.Project)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// derives says whether a project comes to the record by itself, whatever anybody
// associated with it.
func (src sources) derives(rec subject, p gate.Project) bool {
	for _, c := range p.Clients {
		if src.client.Company != 0 && c.ID == src.client.Company {
			return true
		}
	}
	for _, u := range src.users {
		if slices.Contains(p.ClientUsers, u.User) {
			return true
		}
	}
	for _, e := range src.explicit {
		if e.Project == p.ID && e.Record != rec.ID {
			return true
		}
	}
	return false
}

// mark tells of each project how it belongs to the record. Records the viewer may
// not see are not named.
func (s *Service) mark(ctx context.Context, as access.Actor, rec subject, src sources, r Rights, list []gate.Project) ([]RelatedRow, error) {
	seen, people, err := s.lookUp(ctx, as, rec, src)
	if err != nil {
		return nil, err
	}
	rows := make([]RelatedRow, len(list))
	for i, p := range list {
		row := RelatedRow{Project: p}
		row.Rights = bothGates(p.Rights, r)
		associated := func(by id.ID, at time.Time) {
			if row.AssociatedAt.IsZero() {
				row.AssociatedBy, row.AssociatedAt = people[by], at
			}
		}
		for _, e := range src.explicit {
			switch {
			case e.Project != p.ID:
			case e.Record == rec.ID:
				row.Explicit = true
				row.Whys = append(row.Whys, Why{Kind: WhyExplicit})
				associated(e.By, e.At)
			case e.Module == access.TabContacts:
				row.Whys = append(row.Whys, Why{Kind: WhyContact, Record: seen[e.Record]})
			default:
				row.Whys = append(row.Whys, Why{Kind: WhyDeal, Record: seen[e.Record]})
			}
		}
		if slices.ContainsFunc(p.Clients, func(c gate.Ref) bool { return src.client.Company != 0 && c.ID == src.client.Company }) {
			row.Whys = append(row.Whys, Why{Kind: WhyClient})
			associated(src.client.By, src.client.At)
		}
		for _, u := range src.users {
			if !slices.Contains(p.ClientUsers, u.User) {
				continue
			}
			w := Why{Kind: WhyUser}
			if u.Contact != rec.ID {
				w = Why{Kind: WhyContact, Record: seen[u.Contact]}
			}
			if !slices.Contains(row.Whys, w) {
				row.Whys = append(row.Whys, w)
			}
			associated(u.By, u.At)
		}
		for _, e := range src.explicit {
			if e.Project == p.ID {
				associated(e.By, e.At)
			}
		}
		rows[i] = row
	}
	return rows, nil
}

// lookUp gives the other records the ways lead through, as far as the viewer sees
// them, and the names of those who associated.
func (s *Service) lookUp(ctx context.Context, as access.Actor, rec subject, src sources) (map[id.ID]RecordRef, map[id.ID]string, error) {
	others := map[string][]id.ID{}
	users := []id.ID{src.client.By}
	for _, e := range src.explicit {
		users = append(users, e.By)
		if e.Record != rec.ID {
			others[e.Module] = append(others[e.Module], e.Record)
		}
	}
	for _, u := range src.users {
		users = append(users, u.By)
		if u.Contact != rec.ID {
			others[access.TabContacts] = append(others[access.TabContacts], u.Contact)
		}
	}
	seen := map[id.ID]RecordRef{}
	for module, list := range others {
		refs, err := s.visible(ctx, as, module, list)
		if err != nil {
			return nil, nil, err
		}
		for _, ref := range refs {
			seen[ref.ID] = ref
		}
	}
	slices.Sort(users)
	users = slices.DeleteFunc(slices.Compact(users), func(n id.ID) bool { return n == 0 })
	people, err := s.p.Access.UserNames(ctx, as, users)
	return seen, people, err
}
