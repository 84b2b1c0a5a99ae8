package portal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

const personColumns = `pe.id, pe.person_id, pe.kind, pe.company_id, pe.role, pe.email, pe.name,
	pe.active, pe.ends_on, pe.added_at, pe.version, p.time_zone`

// peopleFrom joins the portal for its time zone, by which contracts end.
const peopleFrom = ` FROM projects_people pe JOIN projects_portals p ON p.id = pe.portal_id`

// scanPerson reads a person; active takes the end of their contract into account.
func scanPerson(row scanner, now time.Time, more ...any) (Person, error) {
	var p Person
	var person, company sql.Null[int64]
	var ends sql.Null[string]
	var added int64
	var zone string
	err := row.Scan(append([]any{&p.ID, &person, &p.Kind, &company, &p.Role, &p.Email, &p.Name,
		&p.Active, &ends, &added, &p.Version, &zone}, more...)...)
	p.PersonID, p.Company, p.EndsOn = id.ID(person.V), id.ID(company.V), ends.V
	p.AddedAt = store.FromMicros(added)
	p.Active = p.Active && !ended(p.EndsOn, now, zone)
	return p, err
}

// ended says whether a contract's last day is over where the portal is.
func ended(endsOn string, now time.Time, zone string) bool {
	if endsOn == "" {
		return false
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return now.In(loc).Format(time.DateOnly) > endsOn
}

// entrant is a person with what a badge needs of the portal.
type entrant struct {
	Person
	zone   string
	locale string
}

func scanEntrant(row scanner, now time.Time) (entrant, error) {
	var e entrant
	var err error
	e.Person, err = scanPerson(row, now, &e.locale, &e.zone)
	if errors.Is(err, sql.ErrNoRows) {
		return entrant{}, notFound()
	}
	return e, err
}

const entrantSelect = `SELECT ` + personColumns + `, p.locale, p.time_zone` + peopleFrom +
	` WHERE pe.portal_id = $1 AND pe.removed_at IS NULL AND p.deleted_at IS NULL`

func entrantByID(ctx context.Context, q store.Querier, now time.Time, portal, member id.ID) (entrant, error) {
	return scanEntrant(q.QueryRow(ctx, entrantSelect+` AND pe.id = $2`, portal, member), now)
}

// entrantByPerson finds somebody by person, or by address while they never signed in.
func entrantByPerson(ctx context.Context, q store.Querier, now time.Time, portal, person id.ID, emailKey string) (entrant, error) {
	return scanEntrant(q.QueryRow(ctx, entrantSelect+
		` AND (pe.person_id = $2 OR (pe.person_id IS NULL AND pe.email_key = $3))
		ORDER BY pe.person_id IS NULL LIMIT 1`, portal, person, emailKey), now)
}

// personByID reads somebody who was not removed.
func personByID(ctx context.Context, q store.Querier, now time.Time, portal, person id.ID) (Person, error) {
	p, err := scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+peopleFrom+
		` WHERE pe.portal_id = $1 AND pe.id = $2 AND pe.removed_at IS NULL`, portal, person), now)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, fault.NotFound("portal.fault.no_person")
	}
	return p, err
}

// peopleByID reads people by id, removed ones too, since past work names them.
func peopleByID(ctx context.Context, q store.Querier, now time.Time, portal id.ID, ids []id.ID) (map[id.ID]Person, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT `, keyedColumns, peopleFrom, ` WHERE pe.portal_id = `, b.Arg(portal), ` AND `, b.WithinIDs(`pe.id`, ids))
	people, err := queryKeyed(ctx, q, now, b)
	out := make(map[id.ID]Person, len(people))
	for _, p := range people {
		out[p.ID] = p.Person
	}
	return out, err
}

// keyedPerson is a person with the folded keys lists and matches use.
type keyedPerson struct {
	Person
	emailKey string
	sortKey  string
}

// queryKeyed runs a statement that selects keyedColumns.
func queryKeyed(ctx context.Context, q store.Querier, now time.Time, b *store.Builder) ([]keyedPerson, error) {
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []keyedPerson
	for rows.Next() {
		var k keyedPerson
		var removed bool
		if k.Person, err = scanPerson(rows, now, &k.emailKey, &k.sortKey, &removed); err != nil {
			return nil, err
		}
		k.Removed = removed
		out = append(out, k)
	}
	return out, rows.Err()
}

const keyedColumns = personColumns + `, pe.email_key, pe.sort_key, CASE WHEN pe.removed_at IS NULL THEN 0 ELSE 1 END`

// matchPeople reads those in the portal with one of the addresses or persons.
func matchPeople(ctx context.Context, q store.Querier, now time.Time, portal id.ID, keys []string, persons []id.ID) ([]keyedPerson, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT `, keyedColumns, peopleFrom, ` WHERE pe.portal_id = `, b.Arg(portal),
		` AND pe.removed_at IS NULL AND (`, b.WithinTexts(`pe.email_key`, keys))
	if len(persons) > 0 {
		b.W(` OR `, b.WithinIDs(`pe.person_id`, persons))
	}
	b.W(`)`)
	return queryKeyed(ctx, q, now, b)
}

// listPeople reads one page of a kind by (sort key, id).
func listPeople(ctx context.Context, q store.Querier, now time.Time, portal id.ID, kind Kind, f PeopleFilter) (page.Page[Person], error) {
	at, err := parseCursor(f.Page.Cursor)
	if err != nil {
		return page.Page[Person]{}, err
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT `, keyedColumns, peopleFrom, ` WHERE pe.portal_id = `, b.Arg(portal),
		` AND pe.kind = `, b.Arg(string(kind)), ` AND pe.removed_at IS NULL`)
	if f.Role != "" {
		b.W(` AND pe.role = `, b.Arg(string(f.Role)))
	}
	if f.Company != 0 {
		b.W(` AND pe.company_id = `, b.Arg(f.Company))
	}
	if f.Active != nil {
		b.W(` AND pe.active = `, b.Arg(bit(*f.Active)))
	}
	if fold(f.Search) != "" {
		b.W(` AND pe.search_key LIKE `, b.Arg(likeOf(f.Search)), ` ESCAPE '\'`)
	}
	keyset(b, "pe", at, f.Page.Limit())
	rows, err := queryKeyed(ctx, q, now, b)
	if err != nil {
		return page.Page[Person]{}, err
	}
	cut := pageOf(rows, at, f.Page.Limit(), func(k keyedPerson) (string, id.ID) { return k.sortKey, k.ID })
	out := page.Page[Person]{Items: make([]Person, len(cut.Items)), Next: cut.Next, Prev: cut.Prev}
	for i, k := range cut.Items {
		out.Items[i] = k.Person
	}
	return out, nil
}

// keyset ends a statement in the order (sort_key, id) from a cursor on.
func keyset(b *store.Builder, alias string, at cursor, limit int) {
	sort, row := alias+".sort_key", alias+".id"
	cmp, dir := ">", ""
	if at.Before {
		cmp, dir = "<", " DESC"
	}
	if at.ID != 0 {
		b.W(` AND (`, sort, `, `, row, `) `, cmp, ` (`, b.Arg(at.Key), `, `, b.Arg(at.ID), `)`)
	}
	b.W(` ORDER BY `, sort, dir, `, `, row, dir, ` LIMIT `, b.Arg(limit+1))
}

// activeMembers counts the members that fill the user limit.
func activeMembers(ctx context.Context, q store.Querier, portal id.ID) (int, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM projects_people
		WHERE portal_id = $1 AND kind = 'member' AND active = 1 AND removed_at IS NULL`, portal).Scan(&n)
	return n, err
}

// personRow is a person as one parameter carries many; what is missing is NULL.
type personRow struct {
	ID        id.ID  `json:"id"`
	PersonID  id.ID  `json:"person_id,omitempty"`
	EmailKey  string `json:"email_key"`
	Email     string `json:"email"`
	Name      string `json:"name"`
	Kind      Kind   `json:"kind"`
	CompanyID id.ID  `json:"company_id,omitempty"`
	Role      Role   `json:"role"`
	Active    int64  `json:"active"`
	EndsOn    string `json:"ends_on,omitempty"`
	SortKey   string `json:"sort_key"`
	SearchKey string `json:"search_key"`
	AddedAt   int64  `json:"added_at"`
}

// insertPeople adds people and where they are found, in one statement each.
func insertPeople(ctx context.Context, tx *store.Tx, portal id.ID, people []keyedPerson) error {
	if len(people) == 0 {
		return nil
	}
	rows := make([]personRow, len(people))
	for i, p := range people {
		rows[i] = personRow{
			ID: p.ID, PersonID: p.PersonID, EmailKey: p.emailKey, Email: p.Email, Name: p.Name, Kind: p.Kind,
			CompanyID: p.Company, Role: p.Role, Active: bit(p.Active), EndsOn: p.EndsOn, SortKey: fold(p.Name),
			SearchKey: fold(p.Name + " " + p.Email), AddedAt: store.Micros(p.AddedAt),
		}
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_people (portal_id, id, person_id, email_key, email, name, kind, company_id,
		role, active, ends_on, sort_key, search_key, added_at, removed_at, version)
		SELECT CAST(`, b.Arg(portal), ` AS BIGINT), r.id, r.person_id, r.email_key, r.email, r.name, r.kind,
		r.company_id, r.role, r.active, r.ends_on, r.sort_key, r.search_key, r.added_at, NULL, 1 FROM `,
		b.Rows("r", rows, "id int", "person_id int", "email_key text", "email text", "name text", "kind text",
			"company_id int", "role text", "active int", "ends_on text", "sort_key text", "search_key text",
			"added_at int"))
	if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
		return err
	}
	m := store.Build(tx.Dialect())
	m.W(`INSERT INTO projects_memberships (email_key, portal_id, member_id, person_id)
		SELECT r.email_key, CAST(`, m.Arg(portal), ` AS BIGINT), r.id, r.person_id FROM `,
		m.Rows("r", rows, "email_key text", "id int", "person_id int"))
	_, err := tx.Exec(ctx, m.SQL(), m.Args()...)
	return err
}

// bindPerson notes which person an address turned out to be.
func bindPerson(ctx context.Context, tx *store.Tx, portal, member, person id.ID) error {
	if _, err := tx.Exec(ctx, `UPDATE projects_people SET person_id = $3
		WHERE portal_id = $1 AND id = $2 AND person_id IS NULL`, portal, member, person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE projects_memberships SET person_id = $3
		WHERE portal_id = $1 AND member_id = $2 AND person_id IS NULL`, portal, member, person)
	return err
}

// setRole writes role and last day at a version.
func setRole(ctx context.Context, tx *store.Tx, portal, person id.ID, role Role, endsOn string, version int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE projects_people SET role = $3, ends_on = $4, version = version + 1
		WHERE portal_id = $1 AND id = $2 AND version = $5 AND removed_at IS NULL`,
		portal, person, string(role), orNull(endsOn), version)
	return n == 1, err
}

func setName(ctx context.Context, tx *store.Tx, portal id.ID, p Person, version int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE projects_people SET name = $3, sort_key = $4, search_key = $5, version = version + 1
		WHERE portal_id = $1 AND id = $2 AND version = $6 AND removed_at IS NULL`,
		portal, p.ID, p.Name, fold(p.Name), fold(p.Name+" "+p.Email), version)
	return n == 1, err
}

// setActive shuts somebody out or lets them in, and says whether that was news. An
// ended contract loses its last day when they are let in again.
func setActive(ctx context.Context, tx *store.Tx, portal, person id.ID, active bool) (bool, error) {
	text := `UPDATE projects_people SET active = 0, version = version + 1
		WHERE portal_id = $1 AND id = $2 AND active = 1`
	if active {
		text = `UPDATE projects_people SET active = 1, ends_on = NULL, version = version + 1
			WHERE portal_id = $1 AND id = $2 AND active = 0`
	}
	n, err := tx.Exec(ctx, text, portal, person)
	return n == 1, err
}

func setCompany(ctx context.Context, tx *store.Tx, portal, user, company id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_people SET company_id = $3, version = version + 1
		WHERE portal_id = $1 AND id = $2`, portal, user, company)
	return err
}

// removePerson keeps the row for its name and frees the address.
func removePerson(ctx context.Context, tx *store.Tx, portal, person id.ID) error {
	if _, err := tx.Exec(ctx, `UPDATE projects_people SET email_key = $3, person_id = NULL, active = 0,
		removed_at = $4, version = version + 1 WHERE portal_id = $1 AND id = $2`,
		portal, person, "#"+person.String(), store.Micros(tx.Now())); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM projects_memberships WHERE portal_id = $1 AND member_id = $2`, portal, person)
	return err
}

// overdue reads contractors still marked active whose last day is before a date, of
// all portals: only the sweep asks this.
func overdue(ctx context.Context, q store.Querier, date string, limit int) ([][2]id.ID, error) {
	rows, err := q.Query(ctx, `SELECT pe.portal_id, pe.id FROM projects_people pe
		JOIN projects_portals p ON p.id = pe.portal_id AND p.deleted_at IS NULL
		WHERE pe.ends_on < $1 AND pe.active = 1 AND pe.removed_at IS NULL
		ORDER BY pe.portal_id, pe.id LIMIT $2`, date, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][2]id.ID
	for rows.Next() {
		var pair [2]id.ID
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, err
		}
		out = append(out, pair)
	}
	return out, rows.Err()
}
