package portal

import (
	"context"
	"strconv"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Client is a client company with all its users.
type Client struct {
	Company
	People []Person
}

// ClientBatch is one part of the stream of clients; Next is empty after the last.
// Total is the number of companies when the stream began, for progress.
type ClientBatch struct {
	Clients []Client
	Next    string
	Total   int64
}

// ClientsAfter streams client companies with their users in order of id, two
// queries per batch (one more at the start, to count). limit is in companies, at
// most MaxClients. System only.
func (s *Service) ClientsAfter(ctx context.Context, as Member, cursor string, limit int) (ClientBatch, error) {
	if err := as.RequireSystem(); err != nil {
		return ClientBatch{}, err
	}
	if limit <= 0 || limit > MaxClients {
		limit = MaxClients
	}
	after, total, err := parseStream(cursor)
	if err != nil {
		return ClientBatch{}, err
	}
	if cursor == "" {
		if total, err = countCompanies(ctx, s.db, as.portal); err != nil {
			return ClientBatch{}, err
		}
	}
	companies, err := companiesFrom(ctx, s.db, as.portal, after, limit+1)
	if err != nil {
		return ClientBatch{}, err
	}
	out := ClientBatch{Total: total}
	if len(companies) > limit {
		companies = companies[:limit]
		out.Next = companies[limit-1].ID.String() + ":" + strconv.FormatInt(total, 10)
	}
	if len(companies) == 0 {
		return out, nil
	}
	users, err := usersBetween(ctx, s.db, s.db.Now(), as.portal, after, companies[len(companies)-1].ID)
	if err != nil {
		return ClientBatch{}, err
	}
	at := make(map[id.ID]int, len(companies))
	for i, c := range companies {
		out.Clients = append(out.Clients, Client{Company: c.Company})
		at[c.ID] = i
	}
	for _, u := range users {
		if i, ok := at[u.Company]; ok {
			out.Clients[i].People = append(out.Clients[i].People, u.Person)
			out.Clients[i].Users++
		}
	}
	return out, nil
}

func parseStream(cursor string) (id.ID, int64, error) {
	if cursor == "" {
		return 0, 0, nil
	}
	left, right, _ := strings.Cut(cursor, ":")
	after, err := id.Parse(left)
	if err != nil {
		return 0, 0, fault.Invalid("portal.fault.cursor")
	}
	total, err := strconv.ParseInt(right, 10, 64)
	if err != nil || total < 0 {
		return 0, 0, fault.Invalid("portal.fault.cursor")
	}
	return after, total, nil
}

// EnsureCompany finds a client company by id or, when company is zero, finds or
// makes one by name. The system, and whoever may add users to projects.
func (s *Service) EnsureCompany(ctx context.Context, as Member, company id.ID, name string) (Company, error) {
	if err := as.Require(ActProjectUsers); err != nil {
		return Company{}, err
	}
	if company != 0 {
		return companyByID(ctx, s.db, as.portal, company)
	}
	c, err := checkCompany(Company{Name: name})
	if err != nil {
		return Company{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActProjectUsers); err != nil {
			return err
		}
		there, err := companyByName(ctx, tx, as.portal, fold(c.Name))
		if err != nil {
			return err
		}
		if there.ID != 0 {
			c = there
			return nil
		}
		if c, err = s.addCompany(ctx, tx, as, c); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "client_added", c.ID, c.Name)
	})
	return c, err
}

// EnsureClientUser finds or makes a client user of the company. Conflicts carry the
// codes already_member and other_company; a bad address is invalid at "email".
func (s *Service) EnsureClientUser(ctx context.Context, as Member, company id.ID, in NewClientUser) (Person, error) {
	if err := as.Require(ActProjectUsers); err != nil {
		return Person{}, err
	}
	p, err := newClientUser(company, in)
	if err != nil {
		return Person{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActProjectUsers); err != nil {
			return err
		}
		there, err := matchPeople(ctx, tx, tx.Now(), as.portal, []string{emailKey(p.Email)}, nil)
		if err != nil {
			return err
		}
		if len(there) > 0 && there[0].Kind == KindClient && there[0].Company == company {
			p = there[0].Person
			return nil
		}
		p, err = s.admitIn(ctx, tx, as, p, in.Locale)
		return err
	})
	return p, err
}
