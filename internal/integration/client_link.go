package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// maxFound bounds what a picker offers.
const maxFound = 20

// ClientLink is an account tied to a client, as administrators see it. By is empty
// for what the run tied.
type ClientLink struct {
	AccountID id.ID
	Account   string
	CompanyID id.ID
	Company   string
	Manual    bool
	At        time.Time
	By        string
}

// ClientLinks lists the tied accounts.
func (s *Service) ClientLinks(ctx context.Context, as access.Actor, r page.Request) (page.Page[ClientLink], error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return page.Page[ClientLink]{}, err
	}
	var after id.ID
	if r.Cursor != "" {
		if after, err = id.Parse(r.Cursor); err != nil {
			return page.Page[ClientLink]{}, err
		}
	}
	list, err := clientLinks(ctx, s.p.DB, l, after, r.Limit()+1)
	if err != nil {
		return page.Page[ClientLink]{}, err
	}
	var out page.Page[ClientLink]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].Company.String()
	}
	var accounts, people []id.ID
	for _, c := range list {
		accounts = append(accounts, c.Account)
		if c.By != 0 {
			people = append(people, c.By)
		}
	}
	names, err := s.p.Records.Names(ctx, as, access.TabAccounts, accounts)
	if err != nil {
		return page.Page[ClientLink]{}, err
	}
	users, err := s.p.Access.UserNames(ctx, as, people)
	if err != nil {
		return page.Page[ClientLink]{}, err
	}
	for _, c := range list {
		out.Items = append(out.Items, ClientLink{AccountID: c.Account, Account: names[c.Account], CompanyID: c.Company, Company: c.Name,
			Manual: c.Source != SourceMatched, At: c.At, By: users[c.By]})
	}
	return out, nil
}

// FindClients searches the portal's clients for a picker.
func (s *Service) FindClients(ctx context.Context, as access.Actor, query string) ([]gate.Company, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return nil, err
	}
	if err := l.works(s.p.DB.Now()); err != nil {
		return nil, err
	}
	var out []gate.Company
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		out, err = g.FindClients(ctx, query, maxFound)
		return err
	})
	return out, err
}

// FindAccounts searches accounts for a picker.
func (s *Service) FindAccounts(ctx context.Context, as access.Actor, query string) ([]gate.Ref, error) {
	if err := admin(as); err != nil {
		return nil, err
	}
	found, err := s.p.Records.Suggest(ctx, as, access.TabAccounts, query, maxFound)
	out := make([]gate.Ref, len(found))
	for i, r := range found {
		out[i] = gate.Ref{ID: r.ID, Name: r.Name}
	}
	return out, err
}

// LinkClient ties an account to a client by hand, at any time. An account or a client
// that is tied elsewhere is a conflict.
func (s *Service) LinkClient(ctx context.Context, as access.Actor, account, company id.ID) error {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return err
	}
	if err := l.works(s.p.DB.Now()); err != nil {
		return err
	}
	rec, err := s.record(ctx, as, access.TabAccounts, account)
	if err != nil {
		return err
	}
	var found []gate.Company
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		found, err = g.Companies(ctx, []id.ID{company})
		return err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.NotFound("integration.fault.no_client")
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		cur, err := lockLink(ctx, tx, l.Org)
		if err != nil {
			return err
		}
		if cur.Epoch != l.Epoch {
			return stale()
		}
		if went, err := s.p.Records.MergedInto(ctx, tx, as, []id.ID{account}); err != nil {
			return err
		} else if went[account] != 0 { // meanwhile
			return fault.NotFound("integration.fault.no_record")
		}
		tied, err := insertClientLink(ctx, tx, cur, clientLink{Company: company, Account: account, Name: found[0].Name, Source: SourceManual, By: as.User()})
		if err != nil {
			return err
		}
		if !tied {
			return fault.Conflict("integration.fault.client_linked").WithCode("client_linked")
		}
		return s.audit(ctx, tx, as, "integration.client_linked", rec.Name+" – "+found[0].Name)
	})
}

// UnlinkClient takes the tie of an account away, and those of the client's users.
func (s *Service) UnlinkClient(ctx context.Context, as access.Actor, account id.ID) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if err := l.bound(tx.Now()); err != nil {
			return err
		}
		there, err := deleteClientLink(ctx, tx, l, account)
		if err != nil {
			return err
		}
		if !there {
			return fault.NotFound("integration.fault.no_record")
		}
		return s.audit(ctx, tx, as, "integration.client_unlinked", account.String())
	})
}
