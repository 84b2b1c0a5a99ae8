package portal

import (
	"context"
	"strconv"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// MaxImport bounds one batch of ImportClients.
const MaxImport = 500

// ImportRow is one line of a list of clients: a company, found by its name or made,
// and a client user of it unless Email is empty.
type ImportRow struct {
	Ref     string
	Company Company
	User    bool // the row is about a user: without an address it is wrong
	Email   string
	Name    string
}

// Imported is what became of a row. Problem is empty or says why the row, or its user,
// was left out: "invalid_name", "invalid_company", "invalid_email", CodeAlreadyMember
// or CodeOtherCompany.
type Imported struct {
	Ref        string
	Company    id.ID
	NewCompany bool
	User       id.ID
	NewUser    bool
	Problem    string
}

// ImportClients brings in a batch of clients and client users without a letter to
// anybody: InviteAgain sends it, and a person who has an account can come at once. Bringing
// the same rows in again changes nothing. Whoever manages people may.
func (s *Service) ImportClients(ctx context.Context, as Member, rows []ImportRow) ([]Imported, error) {
	var out []Imported
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = s.ImportClientsIn(ctx, tx, as, rows)
		return err
	})
	return out, err
}

// ImportClientsIn is ImportClients in the caller's transaction.
func (s *Service) ImportClientsIn(ctx context.Context, tx *store.Tx, as Member, rows []ImportRow) ([]Imported, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return nil, err
	}
	if len(rows) > MaxImport {
		return nil, fault.Invalid("portal.fault.too_many").With("Limit", MaxImport)
	}
	if err := lockPortal(ctx, tx, as.portal); err != nil {
		return nil, err
	}
	if err := s.recheck(ctx, tx, as, ActManagePeople); err != nil {
		return nil, err
	}
	out := make([]Imported, len(rows))
	people, err := importedPeople(ctx, tx, as.portal, rows)
	if err != nil {
		return nil, err
	}
	companies, changes, err := importCompanies(ctx, tx, as.portal, rows, out, people)
	if err != nil {
		return nil, err
	}
	users, more := importUsers(tx, rows, out, people)
	if err := insertCompanies(ctx, tx, as.portal, companies); err != nil {
		return nil, err
	}
	if err := insertPeople(ctx, tx, as.portal, users); err != nil {
		return nil, err
	}
	if changes = append(changes, more...); len(changes) == 0 {
		return out, nil
	}
	if err := s.audit(ctx, tx, as, "clients_imported", 0, strconv.Itoa(len(changes))); err != nil {
		return nil, err
	}
	return out, s.Emit(ctx, tx, as.portal, changes...)
}

// importedPeople gives who of the rows' users is in the portal already, by address.
func importedPeople(ctx context.Context, tx *store.Tx, portal id.ID, rows []ImportRow) (map[string]Person, error) {
	var keys []string
	for _, r := range rows {
		keys = append(keys, emailKey(r.Email))
	}
	list, err := matchPeople(ctx, tx, tx.Now(), portal, keys, nil)
	there := make(map[string]Person, len(list))
	for _, p := range list {
		there[p.emailKey] = p.Person
	}
	return there, err
}

// userProblem says what is wrong with a row's user whatever their company, if anything.
func userProblem(r ImportRow, people map[string]Person) string {
	email := strings.TrimSpace(r.Email)
	switch known, found := people[emailKey(email)]; {
	case email == "" && !r.User:
		return ""
	case !validEmail(email):
		return "invalid_email"
	case found && known.Kind == KindMember:
		return CodeAlreadyMember
	}
	return ""
}

// importCompanies finds the company of every row, or adds it to those to be made. A row
// whose user cannot come in makes none.
func importCompanies(ctx context.Context, tx *store.Tx, portal id.ID, rows []ImportRow, out []Imported, people map[string]Person) ([]Company, []Change, error) {
	var keys []string
	for _, r := range rows {
		keys = append(keys, fold(clean(r.Company.Name)))
	}
	there, err := companiesByName(ctx, tx, portal, keys)
	if err != nil {
		return nil, nil, err
	}
	var added []Company
	var changes []Change
	for i, r := range rows {
		out[i].Ref = r.Ref
		c, err := checkCompany(r.Company)
		if known := there[keys[i]]; known != 0 {
			out[i].Company = known
			continue
		}
		if err != nil {
			out[i].Problem = "invalid_company"
			if c.Name == "" {
				out[i].Problem = "invalid_name"
			}
			continue
		}
		if out[i].Problem = userProblem(r, people); out[i].Problem != "" {
			continue
		}
		if known, found := people[emailKey(r.Email)]; found && known.Company != 0 {
			out[i].Problem = CodeOtherCompany
			continue
		}
		c.ID, c.CreatedAt = tx.NewID(), tx.Now()
		there[keys[i]] = c.ID
		out[i].Company, out[i].NewCompany = c.ID, true
		added = append(added, c)
		changes = append(changes, Change{Kind: ChangeClientAdded, Subject: c.ID})
	}
	return added, changes, nil
}

// importUsers finds the client user of every row, or adds them to those to be made and
// to people.
func importUsers(tx *store.Tx, rows []ImportRow, out []Imported, people map[string]Person) ([]keyedPerson, []Change) {
	var added []keyedPerson
	var changes []Change
	for i, r := range rows {
		email := strings.TrimSpace(r.Email)
		if (email == "" && !r.User) || out[i].Company == 0 {
			continue
		}
		key := emailKey(email)
		known, found := people[key]
		problem := userProblem(r, people)
		switch {
		case problem != "":
			out[i].Problem = problem
		case found && known.Company != out[i].Company:
			out[i].Problem = CodeOtherCompany
		case found:
			out[i].User = known.ID
		default:
			p := Person{
				ID: tx.NewID(), Kind: KindClient, Role: RoleClient, Company: out[i].Company, Email: email,
				Name: personName(r.Name, email), Active: true, AddedAt: tx.Now(), Version: 1,
			}
			people[key] = p
			out[i].User, out[i].NewUser = p.ID, true
			added = append(added, keyedPerson{Person: p, emailKey: key})
			changes = append(changes, Change{Kind: ChangeClientUserAdded, Subject: p.ID})
		}
	}
	return added, changes
}
