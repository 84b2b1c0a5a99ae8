package bulk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/store"
)

// bringer brings rows of one module in with a user's badge.
type bringer struct {
	as      access.Actor
	module  *schema.Module
	access  *access.Service
	records *record.Service
}

// Bring makes a record of every row that is new. An account is known by its name as
// the association run folds it, a contact by its address; those without are always new.
func (b bringer) Bring(ctx context.Context, tx *store.Tx, rows []importer.Row, options map[string]bool) ([]importer.Outcome, error) {
	out := make([]importer.Outcome, len(rows))
	values := make([]map[string]any, len(rows))
	for i, r := range rows {
		values[i], out[i] = b.read(r)
	}
	known, err := b.known(ctx, tx, values)
	if err != nil {
		return nil, err
	}
	target := make([]id.ID, len(rows)) // the record a row updates
	for i, v := range values {
		key := b.key(v)
		if out[i].Act == importer.Rejected {
			continue
		}
		there, found := known[key]
		switch {
		case options[OnlyExisting] && (key == "" || !found):
			out[i] = importer.Reject(b.keyField(), "bulk.not_there")
		case key == "" || !found:
			out[i] = b.complete(v)
		case !options[UpdateExisting] || len(there) == 0: // the second of two alike in one file
			out[i].Act = importer.Found
		case len(there) > 1:
			out[i] = importer.Reject(b.keyField(), "bulk.several_records")
		default:
			out[i].Act, target[i] = importer.Updated, there[0]
		}
		if key != "" && !found && !options[OnlyExisting] {
			known[key] = nil
		}
	}
	if err := b.owners(ctx, tx, values, out); err != nil {
		return nil, err
	}
	if err := b.accounts(ctx, tx, values, out, options[MakeAccounts] && !options[OnlyExisting]); err != nil {
		return nil, err
	}
	if err := b.update(ctx, tx, values, target, out); err != nil {
		return nil, err
	}
	return out, b.make(ctx, tx, values, out)
}

// read turns the text of a row into values; look-ups stay text for now.
func (b bringer) read(r importer.Row) (map[string]any, importer.Outcome) {
	values, bad := map[string]any{}, fault.Invalid("crm.fault.invalid")
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		text := r.Values[name]
		if name == fullName {
			continue
		}
		f, _ := b.module.Field(name)
		if f.Type == field.Lookup || f.Type == field.User {
			values[name] = text
			continue
		}
		v, wrong := f.Parse(text)
		if wrong != nil {
			bad.Fields = append(bad.Fields, *wrong)
			continue
		}
		values[name] = v
	}
	if whole := r.Values[fullName]; whole != "" && values["Last_Name"] == nil {
		last, first := split(whole)
		values["Last_Name"] = last
		if first != "" && values["First_Name"] == nil {
			values["First_Name"] = first
		}
	}
	if len(bad.Fields) > 0 {
		return values, importer.Outcome{Act: importer.Rejected, Problems: bad.Fields}
	}
	return values, importer.Outcome{Act: importer.Created}
}

// complete says whether a new record has what it needs, before anything is made for it.
func (b bringer) complete(v map[string]any) importer.Outcome {
	bad := fault.Invalid("crm.fault.invalid")
	for _, f := range b.module.Fields {
		if f.Required && v[f.Name] == nil {
			bad.Field(f.Name, "crm.field.required")
		}
	}
	if len(bad.Fields) > 0 {
		return importer.Outcome{Act: importer.Rejected, Problems: bad.Fields}
	}
	return importer.Outcome{Act: importer.Created}
}

// split parts a name written in one piece the way builtin.FullName puts it together.
func split(whole string) (last, first string) {
	words := strings.Fields(whole)
	if len(words) < 2 {
		return whole, ""
	}
	end := len(words) - 1
	a, b := words[0], strings.Join(words[1:], " ")
	if builtin.FullName(a, b) == a+" "+b { // Japanese: the family name first
		return a, b
	}
	return words[end], strings.Join(words[:end], " ")
}

// key is what a record is known by, empty for one that nothing tells from others.
func (b bringer) key(v map[string]any) string {
	if b.module.Name == access.TabContacts {
		email, _ := v["Email"].(string)
		return record.EmailKey(email)
	}
	name, _ := v["Account_Name"].(string)
	return record.NameKey(name)
}

// keyField is the field a record is known by.
func (b bringer) keyField() string {
	if b.module.Name == access.TabContacts {
		return "Email"
	}
	return "Account_Name"
}

// known gives the records that are there, by key.
func (b bringer) known(ctx context.Context, tx *store.Tx, values []map[string]any) (map[string][]id.ID, error) {
	var keys []string
	for _, v := range values {
		if key := b.key(v); key != "" {
			keys = append(keys, key)
		}
	}
	if b.module.Name == access.TabContacts {
		return b.records.FindContacts(ctx, tx, b.as, keys)
	}
	return b.records.FindAccounts(ctx, tx, b.as, keys)
}

// update fills the rows of records that are there into them. The field a record is
// known by stays as it is.
func (b bringer) update(ctx context.Context, tx *store.Tx, values []map[string]any, target []id.ID, out []importer.Outcome) error {
	for i, v := range values {
		if out[i].Act != importer.Updated {
			continue
		}
		delete(v, b.keyField())
		after, changes, err := b.records.ChangeIn(ctx, tx, b.as, b.module.Name, target[i], record.AnyVersion, v)
		f := fault.As(err)
		switch {
		case err == nil && changes == "":
			out[i].Act = importer.Found
		case err == nil:
			out[i].Effects = append(out[i].Effects, importer.Effect{Subject: after.ID, Module: after.Module, Name: after.Name, Act: importer.Updated, Changes: changes})
		case f != nil && f.Kind == fault.KindInvalid && len(f.Fields) > 0:
			out[i].Act, out[i].Problems = importer.Rejected, f.Fields
		case f != nil && (f.Kind == fault.KindForbidden || f.Kind == fault.KindNotFound || f.Kind == fault.KindConflict):
			out[i].Act, out[i].Problems = importer.Rejected, importer.Reject("", f.Key).Problems
		case err != nil:
			return err
		}
	}
	return nil
}

// make stores the rows that are still to be made.
func (b bringer) make(ctx context.Context, tx *store.Tx, values []map[string]any, out []importer.Outcome) error {
	var rows []map[string]any
	var at []int
	for i, o := range out {
		if o.Act == importer.Created {
			rows, at = append(rows, values[i]), append(at, i)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	made, problems, err := b.records.CreateMany(ctx, tx, b.as, b.module.Name, rows)
	if err != nil {
		return err
	}
	for n, problem := range problems {
		if problem == nil {
			out[at[n]].Effects = append(out[at[n]].Effects, created(made[n]))
			continue
		}
		f := fault.As(problem)
		if f == nil || len(f.Fields) == 0 {
			return problem
		}
		out[at[n]].Act, out[at[n]].Problems = importer.Rejected, f.Fields // an account made on the way stays, and is known
	}
	return nil
}

func created(r record.Record) importer.Effect {
	return importer.Effect{Subject: r.ID, Module: r.Module, Name: r.Name, Act: importer.Created}
}

// live says whether a row is still to be stored.
func live(o importer.Outcome) bool { return o.Act == importer.Created || o.Act == importer.Updated }

// texts gives the texts of a look-up in the rows that are still to be stored.
func texts(values []map[string]any, out []importer.Outcome, name string) []string {
	seen := map[string]bool{}
	for i, v := range values {
		if text, ok := v[name].(string); ok && live(out[i]) {
			seen[text] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// point puts the id a look-up's text means in its place, or rejects the row.
func point(values []map[string]any, out []importer.Outcome, name string, found func(text string) []id.ID, nobody, several string) {
	for i, v := range values {
		text, ok := v[name].(string)
		if !ok || !live(out[i]) {
			continue
		}
		switch list := found(text); len(list) {
		case 1:
			v[name] = list[0]
		case 0:
			out[i] = importer.Reject(name, nobody, fault.Args{"Text": text})
		default:
			out[i] = importer.Reject(name, several, fault.Args{"Text": text})
		}
	}
}

func (b bringer) owners(ctx context.Context, tx *store.Tx, values []map[string]any, out []importer.Outcome) error {
	found, err := b.access.Named(ctx, tx, b.as, texts(values, out, "Owner"))
	if err == nil {
		point(values, out, "Owner", func(text string) []id.ID { return found[text] }, "bulk.no_user", "bulk.several_users")
	}
	return err
}

// accounts finds the accounts that rows name, and makes the missing ones for contacts
// when that was asked for.
func (b bringer) accounts(ctx context.Context, tx *store.Tx, values []map[string]any, out []importer.Outcome, missing bool) error {
	name := "Account_Name"
	if b.module.Name == access.TabAccounts {
		name, missing = "Parent_Account", false
	}
	words := texts(values, out, name)
	if len(words) == 0 {
		return nil
	}
	keys := make([]string, len(words))
	for i, w := range words {
		keys[i] = record.NameKey(w)
	}
	found, err := b.records.FindAccounts(ctx, tx, b.as, keys)
	if err != nil {
		return err
	}
	if missing && b.as.Can(access.TabAccounts, access.Create) {
		made, err := b.makeAccounts(ctx, tx, words, found)
		if err != nil {
			return err
		}
		for i, v := range values { // the first row that names an account is the one that made it
			text, _ := v[name].(string)
			if key := record.NameKey(text); live(out[i]) && made[key].ID != 0 {
				out[i].Effects = append(out[i].Effects, created(made[key]))
				delete(made, key)
			}
		}
	}
	point(values, out, name, func(text string) []id.ID { return found[record.NameKey(text)] }, "bulk.no_account", "bulk.several_accounts")
	return nil
}

// makeAccounts makes an account for each name nobody found, adds it to found, and gives
// them by their key. One that cannot be made stays unknown.
func (b bringer) makeAccounts(ctx context.Context, tx *store.Tx, words []string, found map[string][]id.ID) (map[string]record.Record, error) {
	var rows []map[string]any
	var keys []string
	out := map[string]record.Record{}
	for _, w := range words {
		key := record.NameKey(w)
		if key == "" || len(found[key]) > 0 || slices.Contains(keys, key) {
			continue
		}
		rows, keys = append(rows, map[string]any{"Account_Name": w}), append(keys, key)
	}
	if len(rows) == 0 {
		return out, nil
	}
	made, problems, err := b.records.CreateMany(ctx, tx, b.as, access.TabAccounts, rows)
	for i := range made {
		if err == nil && problems[i] == nil {
			found[keys[i]], out[keys[i]] = []id.ID{made[i].ID}, made[i]
		}
	}
	return out, err
}
