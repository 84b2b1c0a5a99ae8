package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// ownSide narrows companies under an alias to a client user's own.
func ownSide(b *store.Builder, as portal.Member, col string) {
	if as.Client() {
		b.W(` AND `, col, ` = `, b.Arg(as.CompanyID()))
	}
}

// clientNames gives the clients of many projects, the primary one first.
func clientNames(ctx context.Context, q store.Querier, as portal.Member, projects []id.ID) (map[id.ID][]portal.Ref, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT c.project_id, c.company_id, n.name FROM projects_project_clients c
		JOIN projects_companies n ON n.portal_id = c.portal_id AND n.id = c.company_id
		WHERE c.portal_id = `, b.Arg(as.Portal()), ` AND c.project_id IN `, b.IDs(projects))
	ownSide(b, as, "c.company_id")
	b.W(` ORDER BY c.project_id, c.place`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[id.ID][]portal.Ref{}
	for rows.Next() {
		var project id.ID
		var ref portal.Ref
		if err := rows.Scan(&project, &ref.ID, &ref.Name); err != nil {
			return nil, err
		}
		out[project] = append(out[project], ref)
	}
	return out, rows.Err()
}

// clientUserIDs gives the client users who see each of many projects, by name or
// with their company.
func clientUserIDs(ctx context.Context, q store.Querier, as portal.Member, projects []id.ID) (map[id.ID][]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT u.project_id, u.user_id FROM projects_project_users u
		WHERE u.portal_id = `, b.Arg(as.Portal()), ` AND u.project_id IN `, b.IDs(projects))
	ownSide(b, as, "u.company_id")
	b.W(` UNION SELECT c.project_id, w.id FROM projects_project_clients c
		JOIN projects_people w ON w.portal_id = c.portal_id AND w.company_id = c.company_id AND w.removed_at IS NULL
		WHERE c.portal_id = `, b.Arg(as.Portal()), ` AND c.project_id IN `, b.IDs(projects), ` AND c.all_users = 1`)
	ownSide(b, as, "c.company_id")
	b.W(` ORDER BY 1, 2`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[id.ID][]id.ID{}
	for rows.Next() {
		var project, user id.ID
		if err := rows.Scan(&project, &user); err != nil {
			return nil, err
		}
		out[project] = append(out[project], user)
	}
	return out, rows.Err()
}

func listClients(ctx context.Context, q store.Querier, as portal.Member, project id.ID) ([]ProjectClient, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT c.company_id, n.name, c.place, c.all_users, COALESCE(w.id, 0), COALESCE(w.name, '')
		FROM projects_project_clients c
		JOIN projects_companies n ON n.portal_id = c.portal_id AND n.id = c.company_id
		LEFT JOIN projects_project_users u ON u.portal_id = c.portal_id AND u.project_id = c.project_id AND u.company_id = c.company_id
		LEFT JOIN projects_people w ON w.portal_id = u.portal_id AND w.id = u.user_id
		WHERE c.portal_id = `, b.Arg(as.Portal()), ` AND c.project_id = `, b.Arg(project))
	ownSide(b, as, "c.company_id")
	b.W(` ORDER BY c.place, c.company_id, w.sort_key, w.id`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ProjectClient
	for rows.Next() {
		var c ProjectClient
		var user portal.Ref
		var place int64
		if err := rows.Scan(&c.Company.ID, &c.Company.Name, &place, &c.AllUsers, &user.ID, &user.Name); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Company.ID != c.Company.ID {
			c.Primary = place == 1
			out = append(out, c)
		}
		if last := &out[len(out)-1]; user.ID != 0 {
			last.Users = append(last.Users, user)
		}
	}
	return out, rows.Err()
}

func companyExists(ctx context.Context, q store.Querier, in, company id.ID) (bool, error) {
	return exists(q.QueryRow(ctx, `SELECT 1 FROM projects_companies WHERE portal_id = $1 AND id = $2 AND removed_at IS NULL`, in, company))
}

func countUsersOf(ctx context.Context, q store.Querier, in, company id.ID, users []id.ID) (int, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT COUNT(*) FROM projects_people WHERE portal_id = `, b.Arg(in), ` AND company_id = `, b.Arg(company),
		` AND removed_at IS NULL AND id IN `, b.IDs(users))
	var n int
	err := q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&n)
	return n, err
}

// insertClient puts a company in the last place; one that is there keeps its place
// and only gains users.
func insertClient(ctx context.Context, tx *store.Tx, in, project, company id.ID, all bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_project_clients (portal_id, project_id, company_id, place, all_users, added_at)
		VALUES ($1, $2, $3, (SELECT COUNT(*) FROM projects_project_clients WHERE portal_id = $1 AND project_id = $2) + 1, $4, $5)
		ON CONFLICT (portal_id, project_id, company_id)
		DO UPDATE SET all_users = CASE WHEN excluded.all_users = 1 THEN 1 ELSE projects_project_clients.all_users END`,
		in, project, company, all, store.Micros(tx.Now()))
	return err
}

func insertClientUsers(ctx context.Context, tx *store.Tx, in, project, company id.ID, users []id.ID) error {
	for _, u := range users {
		_, err := tx.Exec(ctx, `INSERT INTO projects_project_users (portal_id, project_id, user_id, company_id, added_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (portal_id, project_id, user_id) DO NOTHING`, in, project, u, company, store.Micros(tx.Now()))
		if err != nil {
			return err
		}
	}
	return nil
}

// dropClient takes a company and its users off a project and closes the gap.
func dropClient(ctx context.Context, tx *store.Tx, in, project, company id.ID) (bool, error) {
	_, err := tx.Exec(ctx, `DELETE FROM projects_project_users WHERE portal_id = $1 AND project_id = $2 AND company_id = $3`, in, project, company)
	if err != nil {
		return false, err
	}
	var place int64
	err = tx.QueryRow(ctx, `DELETE FROM projects_project_clients WHERE portal_id = $1 AND project_id = $2 AND company_id = $3 RETURNING place`,
		in, project, company).Scan(&place)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE projects_project_clients SET place = place - 1 WHERE portal_id = $1 AND project_id = $2 AND place > $3`,
		in, project, place)
	return true, err
}

func dropClientUser(ctx context.Context, tx *store.Tx, in, project, user id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM projects_project_users WHERE portal_id = $1 AND project_id = $2 AND user_id = $3`, in, project, user)
}

// dropOtherCompanies takes a client user off the projects of companies other than
// the one they are in now.
func dropOtherCompanies(ctx context.Context, tx *store.Tx, in, user, company id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_project_users WHERE portal_id = $1 AND user_id = $2 AND company_id <> $3`, in, user, company)
	return err
}

// projectsOf lists the projects a company is a client of, also those in the bin.
func projectsOf(ctx context.Context, q store.Querier, in, company id.ID) ([]id.ID, error) {
	rows, err := q.Query(ctx, `SELECT project_id FROM projects_project_clients WHERE portal_id = $1 AND company_id = $2 ORDER BY project_id`, in, company)
	return store.Collect(rows, err, func(r *sql.Rows) (id.ID, error) {
		var n id.ID
		err := r.Scan(&n)
		return n, err
	})
}
