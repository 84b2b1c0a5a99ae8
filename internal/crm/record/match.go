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
// for the batch, as q sees them: in a transaction those that are there under its locks.
// System only: it goes past sharing.
func (s *Service) MatchAccounts(ctx context.Context, q store.Querier, as access.Actor, keys []string) (map[string][]AccountMatch, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return matchAccounts(ctx, q, as.Org(), "name_key", keys)
}

// SuggestAccounts is MatchAccounts by the name without its legal form (SuggestKey): for
// suggestions that a person confirms. System only.
func (s *Service) SuggestAccounts(ctx context.Context, as access.Actor, keys []string) (map[string][]AccountMatch, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return matchAccounts(ctx, s.db, as.Org(), "suggest_key", keys)
}

// MatchContacts gives the contacts with these addresses, folded as identity.EmailKey
// does, one statement for the batch, as q sees them. System only.
func (s *Service) MatchContacts(ctx context.Context, q store.Querier, as access.Actor, keys []string) (map[string][]ContactMatch, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return matchContacts(ctx, q, as.Org(), keys)
}

// NewContact is a contact to make in bulk. Ref is the caller's own word for it. Without
// an owner the account's becomes its own.
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
	accounts := make([]id.ID, 0, len(list))
	for _, c := range list {
		accounts = append(accounts, c.Account)
	}
	owners, err := accountOwners(ctx, tx, as.Org(), accounts)
	if err != nil {
		return nil, err
	}
	rows := make([]map[string]any, len(list))
	for i, c := range list {
		if c.Owner == 0 {
			c.Owner = owners[c.Account]
		}
		rows[i] = map[string]any{"Last_Name": c.LastName, "First_Name": c.FirstName, "Email": c.Email,
			"Account_Name": c.Account, "Owner": c.Owner}
	}
	made, problems, err := s.CreateMany(ctx, tx, as, access.TabContacts, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Made, len(list))
	for i, c := range list {
		out[i] = Made{Ref: c.Ref, ID: made[i].ID}
		if problems[i] != nil {
			out[i].Problem = problem(problems[i])
		}
	}
	return out, nil
}

func problem(err error) string {
	if f := fault.As(err); f != nil && len(f.Fields) > 0 {
		return f.Fields[0].Key
	}
	return "crm.fault.invalid"
}

// EmailKey folds an address as MatchContacts wants it.
func EmailKey(email string) string { return identity.EmailKey(email) }
