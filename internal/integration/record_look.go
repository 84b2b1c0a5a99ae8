package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// person is a contact as far as a client user needs one.
type person struct {
	ID    id.ID
	Name  string
	Email string
}

// record reads an account, contact or deal the person may see. The name of its
// account is read past the person's own rights: it becomes the client's name.
func (s *Service) record(ctx context.Context, as access.Actor, module string, of id.ID) (subject, error) {
	if !listed(module) {
		return subject{}, fault.NotFound("integration.fault.no_record")
	}
	r, _, err := s.p.Records.Get(ctx, as, module, of)
	if err != nil {
		return subject{}, err
	}
	out := subject{RecordRef: RecordRef{Module: module, ID: of, Name: r.Name}, Owner: r.Owner,
		Account: of, AccountName: r.Name, Email: r.Values.Text("Email")}
	if module == access.TabAccounts {
		return out, nil
	}
	out.Account, out.AccountName = r.Lookup("Account_Name"), ""
	if out.Account == 0 {
		return out, nil
	}
	account, _, err := s.p.Records.Get(ctx, s.system(as.Org()), access.TabAccounts, out.Account)
	if fault.Is(err, fault.KindNotFound) {
		out.Account = 0 // in the bin
		return out, nil
	}
	out.AccountName = account.Name
	return out, err
}

// visible names those of the records that the viewer may see.
func (s *Service) visible(ctx context.Context, as access.Actor, module string, list []id.ID) ([]RecordRef, error) {
	if len(list) == 0 || !as.Can(module, access.View) {
		return nil, nil
	}
	found, err := s.p.Records.Names(ctx, as, module, list)
	if err != nil {
		return nil, err
	}
	var out []RecordRef
	for _, n := range list {
		if name, ok := found[n]; ok {
			out = append(out, RecordRef{Module: module, ID: n, Name: name})
		}
	}
	return out, nil
}

// contactsOf lists the contacts of a record's account that the person may see, and
// the record itself when it is one.
func (s *Service) contactsOf(ctx context.Context, as access.Actor, rec subject) ([]person, error) {
	var out []person
	if rec.Module == access.TabContacts {
		out = append(out, person{ID: rec.ID, Name: rec.Name, Email: rec.Email})
	}
	if !as.Can(access.TabContacts, access.View) || !as.Can(access.TabAccounts, access.View) {
		return out, nil // nor who belongs together
	}
	found, err := s.p.Records.List(ctx, as, access.TabContacts, record.Query{
		Filters: map[string]string{"Account_Name": rec.Account.String()}, Page: page.Request{Size: page.MaxSize}})
	if err != nil {
		return nil, err
	}
	for _, r := range found.Items {
		if r.ID != rec.ID {
			out = append(out, person{ID: r.ID, Name: r.Name, Email: r.Values.Text("Email")})
		}
	}
	return out, nil
}

// maxKnown bounds the contacts without access that one form brings.
const maxKnown = 100

// checkKnown refuses contacts that are not of the record's account.
func (s *Service) checkKnown(ctx context.Context, as access.Actor, rec subject, known []id.ID) error {
	if len(known) > maxKnown {
		return fault.Invalid("integration.fault.known").With("Max", maxKnown).Field("known", "integration.fault.known", fault.Args{"Max": maxKnown})
	}
	if len(known) == 0 {
		return nil
	}
	people, err := s.contactsOf(ctx, as, rec)
	if err != nil {
		return err
	}
	for _, n := range known {
		if !slices.ContainsFunc(people, func(p person) bool { return p.ID == n }) {
			return fault.NotFound("integration.fault.no_contact")
		}
	}
	return nil
}

// clientUsers gives the contacts chosen to become client users, and the one the
// record is. Each must be the account's and have an address.
func (s *Service) clientUsers(ctx context.Context, as access.Actor, rec subject, chosen []id.ID) ([]person, error) {
	var out []person
	if rec.Module == access.TabContacts {
		out = append(out, person{ID: rec.ID, Name: rec.Name, Email: rec.Email})
	}
	for _, n := range chosen {
		if n == rec.ID {
			continue
		}
		c, err := s.record(ctx, as, access.TabContacts, n)
		if fault.Is(err, fault.KindNotFound) || err == nil && c.Account != rec.Account {
			return nil, fault.NotFound("integration.fault.no_contact")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, person{ID: n, Name: c.Name, Email: c.Email})
	}
	for _, p := range out {
		if p.Email == "" {
			return nil, userProblem(p, gate.ProblemInvalidEmail)
		}
	}
	return out, nil
}
