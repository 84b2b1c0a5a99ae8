package portal

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// CreateCompany adds a client company.
func (s *Service) CreateCompany(ctx context.Context, as Member, in Company) (Company, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Company{}, err
	}
	c, err := checkCompany(in)
	if err != nil {
		return Company{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActManagePeople); err != nil {
			return err
		}
		c, err = s.addCompany(ctx, tx, as, c)
		return err
	})
	return c, err
}

// addCompany inserts a checked company inside a transaction that holds the lock.
func (s *Service) addCompany(ctx context.Context, tx *store.Tx, as Member, c Company) (Company, error) {
	c.ID, c.CreatedAt, c.Version, c.Users = tx.NewID(), tx.Now(), 1, 0
	if err := insertCompanies(ctx, tx, as.portal, []Company{c}); err != nil {
		return Company{}, err
	}
	return c, s.Emit(ctx, tx, as.portal, Change{Kind: ChangeClientAdded, Subject: c.ID})
}

// UpdateCompany changes a client company at in.Version.
func (s *Service) UpdateCompany(ctx context.Context, as Member, in Company) (Company, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Company{}, err
	}
	c, err := checkCompany(in)
	if err != nil {
		return Company{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActManagePeople); err != nil {
			return err
		}
		before, err := companyByID(ctx, tx, as.portal, c.ID)
		if err != nil {
			return err
		}
		ok, err := updateCompany(ctx, tx, as.portal, c)
		if err != nil {
			return err
		}
		if !ok {
			return stale()
		}
		if before.Name != c.Name {
			if err := s.Emit(ctx, tx, as.portal, Change{Kind: ChangeClientRenamed, Subject: c.ID}); err != nil {
				return err
			}
		}
		c, err = companyByID(ctx, tx, as.portal, c.ID)
		return err
	})
	return c, err
}

// RemoveCompany takes a client company and its users out of the portal.
func (s *Service) RemoveCompany(ctx context.Context, as Member, company id.ID) error {
	if err := as.Require(ActManagePeople); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActManagePeople); err != nil {
			return err
		}
		c, err := companyByID(ctx, tx, as.portal, company)
		if err != nil {
			return err
		}
		users, err := usersBetween(ctx, tx, tx.Now(), as.portal, company-1, company)
		if err != nil {
			return err
		}
		for _, u := range users {
			if err := s.remove(ctx, tx, as, u.Person); err != nil {
				return err
			}
		}
		if err := s.companyRemoved(ctx, tx, as.portal, company); err != nil {
			return err
		}
		if err := removeCompany(ctx, tx, as.portal, company); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "client_removed", company, c.Name); err != nil {
			return err
		}
		return s.Emit(ctx, tx, as.portal, Change{Kind: ChangeClientRemoved, Subject: company})
	})
}

// Company gives one client company.
func (s *Service) Company(ctx context.Context, as Member, company id.ID) (Company, error) {
	if err := as.RequireKnown(); err != nil {
		return Company{}, err
	}
	if !as.Client() || as.company != company {
		if err := as.Require(ActSeePeople); err != nil {
			return Company{}, err
		}
	}
	return companyByID(ctx, s.db, as.portal, company)
}

// Companies lists client companies by name; search finds parts of name and address.
func (s *Service) Companies(ctx context.Context, as Member, search string, r page.Request) (page.Page[Company], error) {
	if err := as.Require(ActSeePeople); err != nil {
		return page.Page[Company]{}, err
	}
	return listCompanies(ctx, s.db, as.portal, search, r)
}

// CompaniesByID gives the client companies with these ids; unknown ones are absent.
// Every member may, a client user only their own.
func (s *Service) CompaniesByID(ctx context.Context, as Member, ids []id.ID) (map[id.ID]Company, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if as.Client() {
		own := ids[:0:0]
		for _, n := range ids {
			if n == as.company {
				own = append(own, n)
			}
		}
		ids = own
	}
	if len(ids) == 0 {
		return map[id.ID]Company{}, nil
	}
	return companiesByID(ctx, s.db, as.portal, ids)
}

// MoveClientUser puts a client user under another company.
func (s *Service) MoveClientUser(ctx context.Context, as Member, user, company id.ID) (Person, error) {
	return s.onPerson(ctx, as, user, func(ctx context.Context, tx *store.Tx, p Person) error {
		if p.Kind != KindClient {
			return fault.NotFound("portal.fault.no_person")
		}
		if p.Company == company {
			return nil
		}
		if _, err := companyByID(ctx, tx, as.portal, company); err != nil {
			return err
		}
		if err := setCompany(ctx, tx, as.portal, user, company); err != nil {
			return err
		}
		if err := s.clientUserMoved(ctx, tx, as.portal, user, company); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "client_user_moved", user, p.Email); err != nil {
			return err
		}
		return s.Emit(ctx, tx, as.portal, Change{Kind: ChangeClientUserMoved, Subject: user})
	})
}

// checkCompany cleans what was typed and names what is wrong with it.
func checkCompany(c Company) (Company, error) {
	bad := fault.Invalid("portal.fault.invalid")
	c.Name = clean(c.Name)
	checkText(bad, "name", c.Name, true, MaxCompany)
	for _, f := range []struct {
		name  string
		value *string
	}{
		{"phone", &c.Phone}, {"website", &c.Website}, {"email", &c.Email}, {"street", &c.Street}, {"city", &c.City},
		{"state", &c.State}, {"postal_code", &c.PostalCode}, {"country", &c.Country},
	} {
		*f.value = clean(*f.value)
		checkText(bad, f.name, *f.value, false, maxField)
	}
	if c.Email != "" {
		checkEmail(bad, c.Email)
	}
	return c, bad.OrNil()
}
