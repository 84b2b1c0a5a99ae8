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

const companyColumns = `c.id, c.name, c.phone, c.website, c.email, c.street, c.city, c.state,
	c.postal_code, c.country, c.created_at, c.version, c.sort_key`

// companyUsers counts a company's users beside it.
const companyUsers = `, (SELECT COUNT(*) FROM projects_people pe WHERE pe.portal_id = c.portal_id
	AND pe.company_id = c.id AND pe.removed_at IS NULL)`

type keyedCompany struct {
	Company
	sortKey string
}

func scanCompany(row scanner, more ...any) (keyedCompany, error) {
	var c keyedCompany
	var created int64
	err := row.Scan(append([]any{&c.ID, &c.Name, &c.Phone, &c.Website, &c.Email, &c.Street, &c.City, &c.State,
		&c.PostalCode, &c.Country, &created, &c.Version, &c.sortKey}, more...)...)
	c.CreatedAt = store.FromMicros(created)
	return c, err
}

func queryCompanies(ctx context.Context, q store.Querier, b *store.Builder, users bool) ([]keyedCompany, error) {
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []keyedCompany
	for rows.Next() {
		var n int64
		var more []any
		if users {
			more = []any{&n}
		}
		c, err := scanCompany(rows, more...)
		if err != nil {
			return nil, err
		}
		c.Users = n
		out = append(out, c)
	}
	return out, rows.Err()
}

// companyByID reads a company that was not removed.
func companyByID(ctx context.Context, q store.Querier, portal, company id.ID) (Company, error) {
	var n int64
	c, err := scanCompany(q.QueryRow(ctx, `SELECT `+companyColumns+companyUsers+` FROM projects_companies c
		WHERE c.portal_id = $1 AND c.id = $2 AND c.removed_at IS NULL`, portal, company), &n)
	if errors.Is(err, sql.ErrNoRows) {
		return Company{}, fault.NotFound("portal.fault.no_company")
	}
	c.Users = n
	return c.Company, err
}

func companiesByID(ctx context.Context, q store.Querier, portal id.ID, ids []id.ID) (map[id.ID]Company, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT `, companyColumns, ` FROM projects_companies c WHERE c.portal_id = `, b.Arg(portal),
		` AND c.removed_at IS NULL AND `, b.WithinIDs(`c.id`, ids))
	list, err := queryCompanies(ctx, q, b, false)
	out := make(map[id.ID]Company, len(list))
	for _, c := range list {
		out[c.ID] = c.Company
	}
	return out, err
}

// companyByName gives the oldest company of a folded name, or a zero one.
func companyByName(ctx context.Context, q store.Querier, portal id.ID, key string) (Company, error) {
	c, err := scanCompany(q.QueryRow(ctx, `SELECT `+companyColumns+` FROM projects_companies c
		WHERE c.portal_id = $1 AND c.sort_key = $2 AND c.removed_at IS NULL ORDER BY c.id LIMIT 1`, portal, key))
	if errors.Is(err, sql.ErrNoRows) {
		return Company{}, nil
	}
	return c.Company, err
}

// companiesByName gives the oldest company of each folded name.
func companiesByName(ctx context.Context, q store.Querier, portal id.ID, keys []string) (map[string]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT c.sort_key, MIN(c.id) FROM projects_companies c WHERE c.portal_id = `, b.Arg(portal),
		` AND c.removed_at IS NULL AND `, b.WithinTexts(`c.sort_key`, keys), ` GROUP BY c.sort_key`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]id.ID{}
	for rows.Next() {
		var key string
		var n id.ID
		if err := rows.Scan(&key, &n); err != nil {
			return nil, err
		}
		out[key] = n
	}
	return out, rows.Err()
}

func listCompanies(ctx context.Context, q store.Querier, portal id.ID, search string, r page.Request) (page.Page[Company], error) {
	at, err := parseCursor(r.Cursor)
	if err != nil {
		return page.Page[Company]{}, err
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT `, companyColumns, companyUsers, ` FROM projects_companies c WHERE c.portal_id = `, b.Arg(portal),
		` AND c.removed_at IS NULL`)
	if fold(search) != "" {
		b.W(` AND c.search_key LIKE `, b.Arg(likeOf(search)), ` ESCAPE '\'`)
	}
	keyset(b, "c", at, r.Limit())
	rows, err := queryCompanies(ctx, q, b, true)
	if err != nil {
		return page.Page[Company]{}, err
	}
	cut := pageOf(rows, at, r.Limit(), func(c keyedCompany) (string, id.ID) { return c.sortKey, c.ID })
	out := page.Page[Company]{Items: make([]Company, len(cut.Items)), Next: cut.Next, Prev: cut.Prev}
	for i, c := range cut.Items {
		out.Items[i] = c.Company
	}
	return out, nil
}

// companiesFrom reads companies in order of id after one.
func companiesFrom(ctx context.Context, q store.Querier, portal, after id.ID, limit int) ([]keyedCompany, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT `, companyColumns, ` FROM projects_companies c WHERE c.portal_id = `, b.Arg(portal),
		` AND c.id > `, b.Arg(after), ` AND c.removed_at IS NULL ORDER BY c.id LIMIT `, b.Arg(limit))
	return queryCompanies(ctx, q, b, false)
}

// usersBetween reads the client users of the companies after one up to another.
func usersBetween(ctx context.Context, q store.Querier, now time.Time, portal, after, upTo id.ID) ([]keyedPerson, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT `, keyedColumns, peopleFrom, ` WHERE pe.portal_id = `, b.Arg(portal), ` AND pe.company_id > `,
		b.Arg(after), ` AND pe.company_id <= `, b.Arg(upTo),
		` AND pe.removed_at IS NULL ORDER BY pe.company_id, pe.id`)
	return queryKeyed(ctx, q, now, b)
}

func countCompanies(ctx context.Context, q store.Querier, portal id.ID) (int64, error) {
	var n int64
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM projects_companies WHERE portal_id = $1 AND removed_at IS NULL`,
		portal).Scan(&n)
	return n, err
}

func companySearch(c Company) string { return fold(c.Name + " " + c.Email + " " + c.Website) }

// companyRow is a company as one parameter carries many.
type companyRow struct {
	ID         id.ID  `json:"id"`
	Name       string `json:"name"`
	Phone      string `json:"phone"`
	Website    string `json:"website"`
	Email      string `json:"email"`
	Street     string `json:"street"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country"`
	SortKey    string `json:"sort_key"`
	SearchKey  string `json:"search_key"`
	CreatedAt  int64  `json:"created_at"`
}

// insertCompanies adds checked companies in one statement.
func insertCompanies(ctx context.Context, tx *store.Tx, portal id.ID, list []Company) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]companyRow, len(list))
	for i, c := range list {
		rows[i] = companyRow{
			ID: c.ID, Name: c.Name, Phone: c.Phone, Website: c.Website, Email: c.Email, Street: c.Street, City: c.City,
			State: c.State, PostalCode: c.PostalCode, Country: c.Country, SortKey: fold(c.Name),
			SearchKey: companySearch(c), CreatedAt: store.Micros(c.CreatedAt),
		}
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_companies (portal_id, id, name, phone, website, email, street, city, state,
		postal_code, country, sort_key, search_key, created_at, removed_at, version)
		SELECT CAST(`, b.Arg(portal), ` AS BIGINT), r.id, r.name, r.phone, r.website, r.email, r.street, r.city,
		r.state, r.postal_code, r.country, r.sort_key, r.search_key, r.created_at, NULL, 1 FROM `,
		b.Rows("r", rows, "id int", "name text", "phone text", "website text", "email text", "street text",
			"city text", "state text", "postal_code text", "country text", "sort_key text", "search_key text",
			"created_at int"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

func updateCompany(ctx context.Context, tx *store.Tx, portal id.ID, c Company) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE projects_companies SET name = $4, phone = $5, website = $6, email = $7,
		street = $8, city = $9, state = $10, postal_code = $11, country = $12, sort_key = $13, search_key = $14,
		version = version + 1 WHERE portal_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL`,
		portal, c.ID, c.Version, c.Name, c.Phone, c.Website, c.Email, c.Street, c.City, c.State, c.PostalCode,
		c.Country, fold(c.Name), companySearch(c))
	return n == 1, err
}

func removeCompany(ctx context.Context, tx *store.Tx, portal, company id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_companies SET removed_at = $3, version = version + 1
		WHERE portal_id = $1 AND id = $2`, portal, company, store.Micros(tx.Now()))
	return err
}
