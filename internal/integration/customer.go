package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/page"
)

// CustomerCard is what one organisation's CRM tells of a customer to somebody who works
// in Projects: no more than they see in CRM itself.
type CustomerCard struct {
	Org      id.ID
	OrgName  string
	Currency string
	Accounts []CustomerAccount
	Records  []RecordRef // deals and contacts the project is associated with
}

// CustomerAccount is an account with its latest deals. More says there are others.
type CustomerAccount struct {
	RecordRef
	Phone   string
	Website string
	Owner   string
	Deals   []CustomerDeal
	More    bool
}

// CustomerDeal is a deal of an account. Stage is the locale key of its label, Amount
// scaled money.
type CustomerDeal struct {
	RecordRef
	Stage   string
	Amount  int64
	Closing string
}

// Bounds of what is gathered for one page.
const (
	maxCardOrgs     = 20
	maxCardAccounts = 10
	maxCardDeals    = 5
)

// Joined says whether an organisation's CRM is joined to the portal.
func (s *Service) Joined(ctx context.Context, portal id.ID) (bool, error) {
	list, err := boundOrgs(ctx, s.p.DB, portal, 0, 1)
	return len(list) > 0, err
}

// CustomersOfProject gives the customers of a project as the person sees them in every
// CRM joined to the portal. An organisation in which they are nobody, or whose set-up
// or sharing shows them nothing, adds nothing.
func (s *Service) CustomersOfProject(ctx context.Context, who identity.Person, portal, project id.ID) ([]CustomerCard, error) {
	return s.cards(ctx, who, portal, func(ctx context.Context, as access.Actor, _ link) ([]RecordRef, error) {
		v, err := s.Project(ctx, as, project)
		return v.Records, err
	})
}

// CustomersOfClient is CustomersOfProject for a client company.
func (s *Service) CustomersOfClient(ctx context.Context, who identity.Person, portal, company id.ID) ([]CustomerCard, error) {
	return s.cards(ctx, who, portal, func(ctx context.Context, as access.Actor, l link) ([]RecordRef, error) {
		accounts, err := accountsOf(ctx, s.p.DB, l, []id.ID{company})
		if err != nil {
			return nil, err
		}
		return s.visible(ctx, as, access.TabAccounts, accounts)
	})
}

func (s *Service) cards(ctx context.Context, who identity.Person, portal id.ID, records func(context.Context, access.Actor, link) ([]RecordRef, error)) ([]CustomerCard, error) {
	if err := who.Require(); err != nil {
		return nil, err
	}
	orgs, err := boundOrgs(ctx, s.p.DB, portal, 0, maxCardOrgs)
	if err != nil {
		return nil, err
	}
	var out []CustomerCard
	for _, org := range orgs {
		as, err := s.p.Access.Enter(ctx, who, org)
		if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l, r, err := s.standing(ctx, as)
		if err != nil {
			return nil, err
		}
		if !r.Open() {
			continue
		}
		list, err := records(ctx, as, l)
		if state, _ := stateOf(err); err != nil && (fault.Is(err, fault.KindNotFound) || state != StateUnreachable) {
			continue
		}
		if err != nil {
			return nil, err
		}
		card, err := s.card(ctx, as, list)
		if err != nil {
			return nil, err
		}
		if len(card.Accounts)+len(card.Records) > 0 {
			out = append(out, card)
		}
	}
	return out, nil
}

// card fills a card with what the person sees of the records.
func (s *Service) card(ctx context.Context, as access.Actor, list []RecordRef) (CustomerCard, error) {
	card := CustomerCard{Org: as.Org(), OrgName: as.Organisation().Name, Currency: as.Organisation().Currency}
	var ids []id.ID
	for _, r := range list {
		if r.Module == access.TabAccounts {
			ids = append(ids, r.ID)
		} else {
			card.Records = append(card.Records, r)
		}
	}
	if len(ids) == 0 {
		return card, nil
	}
	ids = ids[:min(len(ids), maxCardAccounts)]
	accounts, err := s.p.Records.Many(ctx, as, access.TabAccounts, ids)
	if err != nil {
		return card, err
	}
	var owners []id.ID
	for _, a := range accounts {
		owners = append(owners, a.Owner)
	}
	slices.Sort(owners)
	names, err := s.p.Access.UserNames(ctx, as, slices.Compact(owners))
	if err != nil {
		return card, err
	}
	for _, n := range ids {
		a, ok := accounts[n]
		if !ok {
			continue
		}
		c := CustomerAccount{RecordRef: RecordRef{Module: access.TabAccounts, ID: n, Name: a.Name}, Phone: a.Values.Text("Phone"),
			Website: a.Values.Text("Website"), Owner: names[a.Owner]}
		if c.Deals, c.More, err = s.cardDeals(ctx, as, n); err != nil {
			return card, err
		}
		card.Accounts = append(card.Accounts, c)
	}
	return card, nil
}

func (s *Service) cardDeals(ctx context.Context, as access.Actor, account id.ID) ([]CustomerDeal, bool, error) {
	if !as.Can(access.TabDeals, access.View) {
		return nil, false, nil
	}
	found, err := s.p.Records.List(ctx, as, access.TabDeals, record.Query{Sort: "Closing_Date", Desc: true,
		Filters: map[string]string{"Account_Name": account.String()}, Page: page.Request{Size: maxCardDeals}})
	var out []CustomerDeal
	for _, d := range found.Items {
		out = append(out, CustomerDeal{RecordRef: RecordRef{Module: access.TabDeals, ID: d.ID, Name: d.Name}, Stage: schema.OptionKey(d.Values.Text("Stage")),
			Amount: d.Values.Number("Amount"), Closing: d.Values.Text("Closing_Date")})
	}
	return out, found.Next != "", err
}
