package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
)

// points says whether a condition compares a field with a user or an account. Other
// records have no name of their own and are only there or not.
func (c Condition) points(m *schema.Module) (field.Field, bool) {
	f, ok := m.Field(c.Field)
	return f, ok && needsValue(c.Op) && (f.Type == field.User || toAccount(f))
}

func toAccount(f field.Field) bool { return f.Type == field.Lookup && f.Module == access.TabAccounts }

// pointConditions puts ids where users and accounts were typed: a user's name or
// address, an account's name, or the id itself. What names nobody, or several, is told
// and dropped.
func (s *Service) pointConditions(ctx context.Context, as access.Actor, m *schema.Module, in []Condition, bad *fault.Error) ([]Condition, error) {
	var people, names []string
	var users, accounts []id.ID
	for _, c := range in {
		f, ok := c.points(m)
		n, err := id.Parse(c.Value)
		switch {
		case !ok || c.Value == "":
		case f.Type == field.User && err == nil:
			users = append(users, n)
		case f.Type == field.User && slices.Contains(people, c.Value):
		case f.Type == field.User:
			people = append(people, c.Value)
		case err == nil:
			accounts = append(accounts, n)
		default:
			names = append(names, record.NameKey(c.Value))
		}
	}
	known, seen, err := s.pointed(ctx, as, users, accounts)
	if err != nil {
		return nil, err
	}
	called, err := s.p.Access.Named(ctx, s.p.DB, as, people)
	if err != nil {
		return nil, err
	}
	found, err := s.p.Records.FindAccounts(ctx, s.p.DB, as, names)
	if err != nil {
		return nil, err
	}
	var out []Condition
	for _, c := range in {
		f, ok := c.points(m)
		if !ok || c.Value == "" {
			out = append(out, c)
			continue
		}
		list, none, several := called[c.Value], "integration.rule.no_user", "integration.rule.users"
		if toAccount(f) {
			list, none, several = found[record.NameKey(c.Value)], "integration.rule.no_account", "integration.rule.accounts"
		}
		if n, err := id.Parse(c.Value); err == nil && (known[n].ID != 0 || seen[n] != "") {
			list = []id.ID{n}
		}
		switch len(list) {
		case 0:
			bad.Field("conditions", none, fault.Args{"Value": c.Value})
		case 1:
			c.Value = list[0].String()
			out = append(out, c)
		default:
			bad.Field("conditions", several, fault.Args{"Value": c.Value})
		}
	}
	return out, nil
}

func (s *Service) pointed(ctx context.Context, as access.Actor, users, accounts []id.ID) (map[id.ID]access.User, map[id.ID]string, error) {
	known, err := s.p.Access.UsersByID(ctx, as, users)
	if err != nil {
		return nil, nil, err
	}
	seen, err := s.p.Records.Names(ctx, as, access.TabAccounts, accounts)
	return known, seen, err
}

// sayConditions gives the values as they are typed again: a user's address, an
// account's name. What is gone stays an id.
func (s *Service) sayConditions(ctx context.Context, as access.Actor, r *Rule) error {
	m, err := s.p.Records.Module(as, r.Module)
	if err != nil {
		return err
	}
	ids := func(which field.Type) []id.ID {
		var out []id.ID
		for _, c := range r.Conditions {
			if f, ok := c.points(m); ok && f.Type == which {
				if n, err := id.Parse(c.Value); err == nil {
					out = append(out, n)
				}
			}
		}
		return out
	}
	users, accounts, err := s.pointed(ctx, as, ids(field.User), ids(field.Lookup))
	if err != nil {
		return err
	}
	for i, c := range r.Conditions {
		f, ok := c.points(m)
		n, err := id.Parse(c.Value)
		if !ok || err != nil {
			continue
		}
		said := accounts[n]
		if f.Type == field.User {
			said = users[n].Email
		}
		r.Conditions[i].Said = said
	}
	return nil
}
