package integration

import (
	"context"
	"maps"
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
	below    below
}

// below is what the member accounts of an account are tied to.
type below struct {
	members map[id.ID]RecordRef // as far as the viewer sees them
	clients []clientLink
	links   []projectLink
}

// Bounds of the member accounts whose projects show on an account.
const (
	maxMembers     = 200
	maxMemberDepth = 5
)

// membersOf reads what the member accounts of an account, and theirs, are tied to.
func (s *Service) membersOf(ctx context.Context, as access.Actor, l link, account id.ID) (below, error) {
	out := below{members: map[id.ID]RecordRef{}}
	if !as.Can(access.TabAccounts, access.View) {
		return out, nil
	}
	level := []id.ID{account}
	for range maxMemberDepth {
		list, err := s.p.Records.MemberAccounts(ctx, as, level, maxMembers)
		if err != nil {
			return out, err
		}
		level = nil
		for _, m := range list {
			if _, known := out.members[m.ID]; !known && m.ID != account && len(out.members) < maxMembers {
				out.members[m.ID] = RecordRef{Module: access.TabAccounts, ID: m.ID, Name: m.Name}
				level = append(level, m.ID)
			}
		}
		if len(level) == 0 {
			break
		}
	}
	if len(out.members) == 0 {
		return out, nil
	}
	ids := slices.Sorted(maps.Keys(out.members))
	var err error
	if out.clients, err = clientsOf(ctx, s.p.DB, l, ids); err != nil {
		return out, err
	}
	out.links, err = linksBelow(ctx, s.p.DB, l, ids)
	return out, err
}

// through gives the member accounts by which a project belongs.
func (b below) through(p gate.Project) []RecordRef {
	var out []RecordRef
	add := func(account id.ID) {
		if ref, ok := b.members[account]; ok && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	for _, c := range b.clients {
		if slices.ContainsFunc(p.Clients, func(r gate.Ref) bool { return r.ID == c.Company }) {
			add(c.Account)
		}
	}
	for _, e := range b.links {
		if e.Project == p.ID {
			add(e.Record)
			add(e.Account)
		}
	}
	return out
}

// sources reads the ties of a record.
func (s *Service) sources(ctx context.Context, as access.Actor, l link, rec subject) (sources, error) {
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
		if src.below, err = s.membersOf(ctx, as, l, rec.ID); err != nil {
			return src, err
		}
		src.users, err = contactLinks(ctx, s.p.DB, l, "account_id", []id.ID{rec.ID})
		return src, err
	case access.TabContacts:
		src.users, err = contactLinks(ctx, s.p.DB, l, "contact_id", []id.ID{rec.ID})
	}
	return src, err
}

// otherClient says that a contact is a user of another client than its account's, and
// names that client unless its account is one the viewer may not see.
func (s *Service) otherClient(ctx context.Context, as access.Actor, l link, rec subject, src sources) (moved bool, name string, err error) {
	if rec.Module != access.TabContacts || len(src.users) == 0 {
		return false, "", nil
	}
	company := src.users[0].Company // a contact is one client user
	own, err := clientOf(ctx, s.p.DB, l, rec.Account)
	if err != nil || own.Company == company {
		return false, "", err
	}
	tied, err := clientName(ctx, s.p.DB, l, company)
	if err != nil {
		return true, "", err
	}
	if tied != "" {
		accounts, err := accountsOf(ctx, s.p.DB, l, []id.ID{company})
		if err != nil {
			return true, "", err
		}
		if seen, err := s.visible(ctx, as, access.TabAccounts, accounts); err != nil || len(seen) == 0 {
			return true, "", err
		}
		return true, tied, nil
	}
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		found, err := g.Companies(ctx, []id.ID{company})
		if err == nil && len(found) > 0 {
			name = found[0].Name
		}
		return err
	})
	if err != nil {
		return true, "", nil // the list itself tells that the portal does not answer
	}
	return true, name, nil
}

func (src sources) companies() []id.ID {
	var list []id.ID
	if src.client.Company != 0 {
		list = append(list, src.client.Company)
	}
	for _, c := range src.below.clients {
		list = append(list, c.Company)
	}
	return list
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
	for _, p := range slices.Concat(src.explicit, src.below.links) {
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
	return len(src.below.through(p)) > 0
}

// mark tells of each project how it belongs to the record. Records the viewer may
// not see are not named.
func (s *Service) mark(ctx context.Context, as access.Actor, rec subject, src sources, r Rights, list []gate.Project) ([]RelatedRow, worth, error) {
	seen, people, err := s.lookUp(ctx, as, rec, src)
	if err != nil {
		return nil, worth{}, err
	}
	worths, err := s.worths(ctx, as, src)
	if err != nil {
		return nil, worth{}, err
	}
	var all worth
	counted := map[id.ID]bool{}
	rows := make([]RelatedRow, len(list))
	for i, p := range list {
		row := RelatedRow{Project: p}
		bothGates(&row.Project, r)
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
		for _, member := range src.below.through(p) {
			row.Whys = append(row.Whys, Why{Kind: WhyMember, Record: member})
		}
		for deal, amount := range worths[p.ID] {
			row.Deals, row.Amount = row.Deals+1, row.Amount+amount
			if !counted[deal] {
				counted[deal] = true
				all = worth{all.deals + 1, all.sum + amount}
			}
		}
		rows[i] = row
	}
	return rows, all, nil
}

// worth is how many deals lead to projects and what they are worth, scaled money.
type worth struct {
	deals int
	sum   int64
}

// worths reads the deals the ways lead through, as far as the viewer sees them, and
// gives each project its own deals with their amounts.
func (s *Service) worths(ctx context.Context, as access.Actor, src sources) (map[id.ID]map[id.ID]int64, error) {
	out := map[id.ID]map[id.ID]int64{}
	var deals []id.ID
	pairs := map[[2]id.ID]bool{}
	for _, e := range slices.Concat(src.explicit, src.below.links) {
		if e.Module == access.TabDeals {
			deals = append(deals, e.Record)
			pairs[[2]id.ID{e.Record, e.Project}] = true
		}
	}
	if len(deals) == 0 || !as.Can(access.TabDeals, access.View) {
		return out, nil
	}
	slices.Sort(deals)
	seen, err := s.p.Records.Many(ctx, as, access.TabDeals, slices.Compact(deals))
	for pair := range pairs {
		if d, ok := seen[pair[0]]; ok {
			if out[pair[1]] == nil {
				out[pair[1]] = map[id.ID]int64{}
			}
			out[pair[1]][pair[0]] = d.Values.Number("Amount")
		}
	}
	return out, err
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
