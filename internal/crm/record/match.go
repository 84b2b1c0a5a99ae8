package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// AccountMatch is an account whose folded name is one of those asked for.
type AccountMatch struct {
	ID    id.ID
	Name  string
	Owner id.ID
}

// ContactMatch is a contact whose address is one of those asked for.
type ContactMatch struct {
	ID      id.ID
	Account id.ID
	Name    string
}

// MatchAccounts gives the accounts with these folded names (NameKey), one statement
// for the batch. System only: it goes past sharing.
func (s *Service) MatchAccounts(ctx context.Context, as access.Actor, keys []string) (map[string][]AccountMatch, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return matchAccounts(ctx, s.db, as.Org(), keys)
}

// MatchContacts gives the contacts with these addresses, folded as identity.EmailKey
// does, one statement for the batch. System only.
func (s *Service) MatchContacts(ctx context.Context, as access.Actor, keys []string) (map[string][]ContactMatch, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return matchContacts(ctx, s.db, as.Org(), keys)
}

// NewContact is a contact to make in bulk. Ref is the caller's own word for it.
type NewContact struct {
	Ref       string
	Account   id.ID
	Owner     id.ID
	LastName  string
	FirstName string
	Email     string
}

// Made is the outcome for one NewContact; Problem is a field's locale key when the
// contact could not be made.
type Made struct {
	Ref     string
	ID      id.ID
	Problem string
}

// CreateContacts makes contacts through the same checks as a form, many in the
// caller's transaction: the caller's own row in it makes the act happen once.
// Reserve ids for the batch before. System only.
func (s *Service) CreateContacts(ctx context.Context, tx *store.Tx, as access.Actor, list []NewContact) ([]Made, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	m, ok := s.modules.Module("Contacts")
	if !ok {
		return nil, fault.Internalf("there is no module Contacts")
	}
	out := make([]Made, len(list))
	var rows []Record
	for i, c := range list {
		out[i].Ref = c.Ref
		in := map[string]any{"Last_Name": c.LastName, "First_Name": c.FirstName, "Email": c.Email}
		values, err := parse(m, in)
		if err == nil {
			err = required(m, values)
		}
		if err != nil {
			out[i].Problem = problem(err)
			continue
		}
		if c.Account != 0 {
			values["Account_Name"] = c.Account
		}
		if c.Owner != 0 {
			values["Owner"] = c.Owner
		}
		now := store.Micros(tx.Now())
		values["Created_Time"], values["Modified_Time"] = now, now
		r := Record{ID: tx.NewID(), Module: m.Name, Version: 1, Values: values}
		out[i].ID = r.ID
		rows = append(rows, r)
	}
	return out, insertMany(ctx, tx, as, m, rows)
}

// CreateMany makes records of one module in the caller's transaction, for imports:
// each goes through the checks of Create; what is wrong with a row is its problem.
func (s *Service) CreateMany(ctx context.Context, tx *store.Tx, as access.Actor, module string, rows []map[string]any) ([]Record, []error, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return nil, nil, err
	}
	if err := as.Require(module, access.Create); err != nil {
		return nil, nil, err
	}
	out, problems := make([]Record, len(rows)), make([]error, len(rows))
	for i, row := range rows {
		values, err := parse(m, row)
		if err == nil {
			out[i], err = s.createIn(ctx, tx, as, m, values)
		}
		if fault.KindOf(err) == fault.KindInternal && err != nil {
			return nil, nil, err
		}
		problems[i] = err
	}
	return out, problems, nil
}

func problem(err error) string {
	if f := fault.As(err); f != nil && len(f.Fields) > 0 {
		return f.Fields[0].Key
	}
	return "crm.fault.invalid"
}

// EmailKey folds an address as MatchContacts wants it.
func EmailKey(email string) string { return identity.EmailKey(email) }
