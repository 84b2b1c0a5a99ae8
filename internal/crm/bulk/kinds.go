package bulk

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/locale"
)

func init() {
	locale.Dynamic("bulk.alias.")
	locale.Dynamic("bulk.example.")
}

// fullName is a heading of its own: a name in one piece, which becomes two fields.
const fullName = "Full_Name"

// MakeAccounts is the option to make the accounts that contacts name and nobody knows.
const MakeAccounts = "make_accounts"

// UpdateExisting is the option to fill what a file holds into records that are there
// already. Empty cells change nothing.
const UpdateExisting = "update_existing"

// OnlyExisting is the option to make nothing new: lines that no record answers to are
// left out, with that as the reason.
const OnlyExisting = "only_existing"

// Modules that can be brought in, by the importer's names.
const (
	Accounts = "accounts"
	Contacts = "contacts"
)

// aliased are the fields that files call by many names.
var aliased = []string{"Account_Name", "Last_Name", "First_Name", fullName, "Phone", "Mobile", "Email", "Website", "Title", "Department", "Industry", "Account_Name_Kana", "Last_Name_Kana", "First_Name_Kana", "Owner",
	"Billing_Code", "Billing_State", "Billing_City", "Billing_Street", "Mailing_Zip", "Mailing_State", "Mailing_City", "Mailing_Street", "Description"}

// shown are the fields of the template file.
var shown = map[string][]string{
	access.TabAccounts: {"Account_Name", "Account_Name_Kana", "Phone", "Website", "Industry", "Billing_Code", "Billing_State", "Billing_City", "Billing_Street"},
	access.TabContacts: {"Last_Name", "First_Name", "Account_Name", "Title", "Email", "Phone", "Mobile"},
}

// Kinds gives what the CRM lets in.
func Kinds(rights *access.Service, records *record.Service, modules *schema.Set) []importer.Kind {
	open := func(module string) func(context.Context, id.ID, id.ID) (importer.Bringer, error) {
		m, _ := modules.Module(module)
		return func(ctx context.Context, tenant, user id.ID) (importer.Bringer, error) {
			as, err := rights.EnterUser(ctx, tenant, user)
			if err == nil {
				err = as.Require(module, access.Create)
			}
			if err == nil {
				err = as.RequirePermission(access.Import)
			}
			return bringer{as: as, module: m, access: rights, records: records}, err
		}
	}
	enter := func(ctx context.Context, tenant, user id.ID) (access.Actor, error) {
		as, err := rights.EnterUser(ctx, tenant, user)
		if err == nil {
			err = as.RequirePermission(access.Import)
		}
		return as, err
	}
	undo := func(ctx context.Context, tenant, user id.ID) (importer.Undoer, error) {
		as, err := enter(ctx, tenant, user)
		return undoer{as: as, access: rights, records: records}, err
	}
	oversees := func(ctx context.Context, tenant, user id.ID) (bool, error) {
		as, err := enter(ctx, tenant, user)
		return as.Admin(), err
	}
	names := func(ctx context.Context, tenant, user id.ID, of []id.ID) (map[id.ID]string, error) {
		as, err := enter(ctx, tenant, user)
		if err != nil {
			return nil, err
		}
		return rights.UserNames(ctx, as, of)
	}
	accounts, contacts := columns(modules, access.TabAccounts), columns(modules, access.TabContacts)
	update := importer.Option{Name: UpdateExisting, Label: "bulk.update_existing", Hint: "bulk.update_existing_hint"}
	only := importer.Option{Name: OnlyExisting, Label: "bulk.only_existing", Hint: "bulk.only_existing_hint"}
	return []importer.Kind{
		{Name: Accounts, Title: "crm.module.accounts", Columns: accounts, Open: open(access.TabAccounts), Undo: undo, Oversees: oversees, Names: names, Options: []importer.Option{update, only}},
		{Name: Contacts, Title: "crm.module.contacts", Columns: contacts, Open: open(access.TabContacts), Undo: undo, Oversees: oversees, Names: names,
			Options: []importer.Option{{Name: MakeAccounts, Label: "bulk.make_accounts", Hint: "bulk.make_accounts_hint", On: true}, update, only}},
	}
}

// columns lists what a module's files may hold: its editable fields but look-ups to
// records nobody names in a file.
func columns(modules *schema.Set, module string) []importer.Column {
	m, _ := modules.Module(module)
	var out []importer.Column
	for _, f := range m.Fields {
		if f.Name != fullName && (f.ReadOnly || (f.Type == field.Lookup && f.Module != access.TabAccounts)) {
			continue
		}
		c := importer.Column{Field: f.Name, Label: f.Label, Required: f.Required}
		if f.Name == "Last_Name" {
			c.Instead = fullName
		}
		if slices.Contains(aliased, f.Name) {
			c.Aliases = []string{"bulk.alias." + f.Name}
		}
		if slices.Contains(shown[module], f.Name) {
			c.Example = "bulk.example." + f.Name
		}
		out = append(out, c)
	}
	return out
}
