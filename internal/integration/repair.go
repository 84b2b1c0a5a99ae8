package integration

import (
	"context"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Repair is what a record was missing before it could have projects: an account, chosen
// or made by name, or an e-mail address.
type Repair struct {
	Module     string
	Record     id.ID
	Account    id.ID
	NewAccount string
	Email      string
}

// repairs says whether the badge may mend a record itself, and make an account for it.
func (s *Service) repairs(ctx context.Context, as access.Actor, rec subject) (mend, makeAccount bool, err error) {
	r, err := s.p.Records.Rights(ctx, as, rec.Module, rec.ID)
	return r.Edit, r.Edit && as.Can(access.TabAccounts, access.Create), err
}

// RepairRecord gives a record what it needs for projects, with the rights of the badge
// in CRM: an account and its record are made together or not at all. Who may not have
// projects on records mends nothing here.
func (s *Service) RepairRecord(ctx context.Context, as access.Actor, in Repair) error {
	l, _, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return err
	}
	if err := l.offered(in.Module); err != nil {
		return err
	}
	rec, err := s.record(ctx, as, in.Module, in.Record)
	if err != nil {
		return err
	}
	in.NewAccount, in.Email = strings.TrimSpace(in.NewAccount), strings.TrimSpace(in.Email)
	needs := rec.blocked()
	bad := fault.Invalid("crm.fault.invalid")
	switch {
	case needs == NextNone:
		return nil // somebody was quicker
	case needs == NextAddEmail && in.Email == "":
		bad.Field("email", "integration.repair.email")
	case needs == NextChooseAccount && in.Account == 0 && in.NewAccount == "":
		bad.Field("account", "integration.repair.account")
	case needs == NextChooseAccount && in.Account != 0 && in.NewAccount != "":
		bad.Field("new_account", "integration.repair.one")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if needs == NextChooseAccount && in.Account == 0 && !as.Can(access.TabAccounts, access.Create) {
		return gridless("integration.repair.no_account_right")
	}
	if needs == NextChooseAccount && in.Account == 0 {
		if err := s.freshAccount(ctx, as, in.NewAccount); err != nil {
			return err
		}
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		values := map[string]any{"Email": in.Email}
		if needs == NextChooseAccount {
			account := in.Account
			if account == 0 {
				made, problems, err := s.p.Records.CreateMany(ctx, tx, as, access.TabAccounts, []map[string]any{{"Account_Name": in.NewAccount}})
				if err != nil {
					return err
				}
				if problems[0] != nil {
					return renamed(problems[0], "new_account")
				}
				account = made[0].ID
			}
			values = map[string]any{"Account_Name": account}
		}
		_, _, err := s.p.Records.UpdateIn(ctx, tx, as, in.Module, in.Record, record.AnyVersion, values)
		return renamed(err, map[string]string{NextAddEmail: "email", NextChooseAccount: "account"}[needs])
	})
}

// freshAccount refuses the name of an account that the badge sees: a second one of that
// name would get no client, which is the first one's.
func (s *Service) freshAccount(ctx context.Context, as access.Actor, name string) error {
	key := record.NameKey(name)
	if strings.ContainsRune(key, 0) {
		return nil // no name at all, which the account's own check says
	}
	found, err := s.p.Records.FindAccounts(ctx, s.p.DB, as, []string{key})
	if err == nil && len(found[key]) > 0 {
		err = fault.Invalid("crm.fault.invalid").Field("new_account", "integration.repair.account_exists")
	}
	return err
}

func gridless(key string) error { return fault.Forbidden(key).WithCode("no_right") }

// renamed puts what is wrong with a record's field beside the form's own input.
func renamed(err error, input string) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.KindInvalid {
		return err
	}
	out := *f
	out.Fields = nil
	for _, bad := range f.Fields {
		bad.Name = input
		out.Fields = append(out.Fields, bad)
	}
	return &out
}

// boundPortal describes the portal: its owner can change what Projects refuses. It is
// zero where the portal does not say.
func (s *Service) boundPortal(ctx context.Context, l link) gate.Portal {
	var p gate.Portal
	err := s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		p, err = g.Check(ctx)
		return err
	})
	if err != nil {
		return gate.Portal{}
	}
	return p
}
