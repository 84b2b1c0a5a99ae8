package work

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// projectRow is a project as read, with what its stance and its place in a list
// need.
type projectRow struct {
	Project
	role    ProjectRole      // the badge's own
	held    map[id.ID]string // in the portal's own fields
	nameKey string
	endKey  string
	watched bool
	percent [2]int64 // sums of percentages, internal and external
	tasks   [4]int64 // open internal, open external, closed internal, closed external
	stones  [4]int64
	bugs    [4]int64
}

// selectProjects begins a query for projects; the condition on p follows. Lists leave
// the overview out.
func selectProjects(b *store.Builder, as portal.Member, overview bool) {
	text := `''`
	if overview {
		text = `p.overview`
	}
	b.W(`SELECT p.id, p.name, p.name_key, p.prefix, p.owner_id, COALESCE(o.name, ''), COALESCE(p.group_id, 0), COALESCE(g.name, ''),
		p.status, COALESCE(s.name, ''), COALESCE(s.colour, ''), p.closed, COALESCE(p.start_date, ''), COALESCE(p.end_date, ''), p.end_key, `, text, `,
		p.is_public, p.strict_dates, p.template, p.created_at, p.updated_at, p.trashed_at, p.version, p.custom, p.budget, p.watched, COALESCE(me.role, ''),
		COALESCE((SELECT tb.name FROM projects_people tb WHERE tb.portal_id = p.portal_id AND tb.id = p.trashed_by), ''),
		k.percent_in, k.percent_ex, k.tasks_open_in, k.tasks_open_ex, k.tasks_closed_in, k.tasks_closed_ex,
		k.milestones_open_in, k.milestones_open_ex, k.milestones_closed_in, k.milestones_closed_ex,
		k.bugs_open_in, k.bugs_open_ex, k.bugs_closed_in, k.bugs_closed_ex, k.minutes, k.minutes_billable
		FROM projects_projects p
		JOIN projects_counters k ON k.portal_id = p.portal_id AND k.project_id = p.id
		LEFT JOIN projects_people o ON o.portal_id = p.portal_id AND o.id = p.owner_id
		LEFT JOIN projects_groups g ON g.portal_id = p.portal_id AND g.id = p.group_id
		LEFT JOIN projects_statuses s ON s.portal_id = p.portal_id AND s.key = p.status
		LEFT JOIN projects_project_members me ON me.portal_id = p.portal_id AND me.project_id = p.id AND me.member_id = `, b.Arg(as.ID()), `
		WHERE `)
}

type scanner interface{ Scan(dest ...any) error }

func scanProject(row scanner) (projectRow, error) {
	var p projectRow
	var made, changed int64
	var trashed sql.NullInt64
	var custom string
	err := row.Scan(&p.ID, &p.Name, &p.nameKey, &p.Prefix, &p.Owner.ID, &p.Owner.Name, &p.Group.ID, &p.Group.Name,
		&p.Status, &p.StatusName, &p.StatusColour, &p.Closed, &p.StartDate, &p.EndDate, &p.endKey, &p.Overview,
		&p.Public, &p.Strict, &p.Template, &made, &changed, &trashed, &p.Version, &custom, &p.Budget, &p.watched, &p.role, &p.TrashedBy,
		&p.percent[0], &p.percent[1], &p.tasks[0], &p.tasks[1], &p.tasks[2], &p.tasks[3],
		&p.stones[0], &p.stones[1], &p.stones[2], &p.stones[3],
		&p.bugs[0], &p.bugs[1], &p.bugs[2], &p.bugs[3], &p.Minutes, &p.MinutesBillable)
	p.CreatedAt, p.UpdatedAt = store.FromMicros(made), store.FromMicros(changed)
	if trashed.Valid {
		p.TrashedAt = store.FromMicros(trashed.Int64)
	}
	if err == nil {
		p.held, err = readCustom(custom)
	}
	return p, err
}

// findProject gives one project the badge can enter, from the bin too when bin is
// set. Absent and invisible are the same not_found.
func findProject(ctx context.Context, q store.Querier, as portal.Member, project id.ID, bin bool) (projectRow, error) {
	b := store.Build(q.Dialect())
	selectProjects(b, as, true)
	reachable(b, as)
	b.W(` AND p.id = `, b.Arg(project))
	if bin {
		b.W(` AND p.trashed < 2`)
	} else {
		b.W(` AND p.trashed = 0`)
	}
	p, err := scanProject(q.QueryRow(ctx, b.SQL(), b.Args()...))
	if errors.Is(err, sql.ErrNoRows) {
		return p, notFound()
	}
	return p, err
}

func readProjects(ctx context.Context, q store.Querier, b *store.Builder) ([]projectRow, error) {
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []projectRow
	for rows.Next() {
		p, err := scanProject(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func projectOrder(sort string, desc bool) order {
	switch sort {
	case SortModified:
		return order{name: SortModified, col: "p.updated_at", id: "p.id", num: true, desc: desc}
	case SortEnd:
		return order{name: SortEnd, col: "p.end_key", id: "p.id", desc: desc}
	}
	return order{name: SortName, col: "p.name_key", id: "p.id", desc: desc}
}

func (o order) projectKey(p projectRow) (string, id.ID) {
	switch o.name {
	case SortModified:
		return strconv.FormatInt(store.Micros(p.UpdatedAt), 10), p.ID
	case SortEnd:
		return p.endKey, p.ID
	}
	return p.nameKey, p.ID
}

// listProjects reads one page of the projects asked for, one row more.
func listProjects(ctx context.Context, q store.Querier, as portal.Member, in Query, o order, c cursor, today string) ([]projectRow, error) {
	b := store.Build(q.Dialect())
	selectProjects(b, as, false)
	visible(b, as)
	b.W(` AND p.trashed = 0`)
	if !in.Any {
		linked(b, as, in)
	}
	if len(in.Exclude) > 0 {
		b.W(` AND p.id NOT IN `, b.IDs(in.Exclude))
	}
	switch in.Status {
	case "":
	case "open", "closed":
		b.W(` AND p.closed = `, b.Arg(in.Status == "closed"))
	default:
		b.W(` AND p.status = `, b.Arg(in.Status))
	}
	if in.Owner != 0 {
		b.W(` AND p.owner_id = `, b.Arg(in.Owner))
	}
	if in.Group != 0 {
		b.W(` AND p.group_id = `, b.Arg(in.Group))
	}
	if in.Mine && !as.Client() {
		b.W(` AND `)
		placed(b, as)
	}
	if in.Overdue {
		b.W(` AND p.closed = 0 AND p.end_key < `, b.Arg(today))
	}
	named(b, as.Portal(), 0, kindProject, in.Search, "p.id", "p.name_key")
	o.write(b, c, in.Page.Limit())
	return readProjects(ctx, q, b)
}

// linked writes that a project is one of those the caller links to: by client
// company, by client user, or by itself. All three read an index.
func linked(b *store.Builder, as portal.Member, in Query) {
	b.W(` AND p.id IN (SELECT lp.id FROM projects_projects lp WHERE lp.portal_id = `, b.Arg(as.Portal()), ` AND lp.id IN `, b.IDs(in.IDs))
	if len(in.Companies) > 0 {
		b.W(` UNION SELECT lc.project_id FROM projects_project_clients lc
			WHERE lc.portal_id = `, b.Arg(as.Portal()), ` AND lc.company_id IN `, b.IDs(in.Companies))
	}
	if len(in.ClientUsers) > 0 {
		b.W(` UNION SELECT lu.project_id FROM projects_project_users lu
			WHERE lu.portal_id = `, b.Arg(as.Portal()), ` AND lu.user_id IN `, b.IDs(in.ClientUsers), `
			UNION SELECT la.project_id FROM projects_people lq
			JOIN projects_project_clients la ON la.portal_id = lq.portal_id AND la.company_id = lq.company_id AND la.all_users = 1
			WHERE lq.portal_id = `, b.Arg(as.Portal()), ` AND lq.id IN `, b.IDs(in.ClientUsers))
	}
	b.W(`)`)
}

func listBin(ctx context.Context, q store.Querier, as portal.Member, o order, c cursor, limit int) ([]projectRow, error) {
	b := store.Build(q.Dialect())
	selectProjects(b, as, false)
	reachable(b, as)
	b.W(` AND p.trashed = 1`)
	o.write(b, c, limit)
	return readProjects(ctx, q, b)
}

func insertProject(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow) error {
	now := store.Micros(tx.Now())
	custom, err := writeCustom(p.held)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO projects_projects (portal_id, id, name, name_key, prefix, owner_id, group_id, status, closed,
		start_date, end_date, end_key, overview, is_public, strict_dates, template, created_by, created_at, updated_at, trashed, trashed_at, version, custom, budget)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, 0, NULL, 1, $19, $20)`,
		as.Portal(), p.ID, p.Name, fold(p.Name), p.Prefix, p.Owner.ID, nullID(p.Group.ID), p.Status, p.Closed,
		nullText(p.StartDate), nullText(p.EndDate), dayKey(p.EndDate), p.Overview, p.Public, p.Strict, p.Template, nullID(as.ID()), now, custom, p.Budget)
	return err
}

func updateProject(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow) error {
	custom, err := writeCustom(p.held)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE projects_projects SET name = $3, name_key = $4, owner_id = $5, group_id = $6, status = $7, closed = $8,
		start_date = $9, end_date = $10, end_key = $11, overview = $12, is_public = $13, strict_dates = $14,
		updated_at = $15, custom = $16, budget = $17, version = version + 1 WHERE portal_id = $1 AND id = $2`,
		as.Portal(), p.ID, p.Name, fold(p.Name), p.Owner.ID, nullID(p.Group.ID), p.Status, p.Closed,
		nullText(p.StartDate), nullText(p.EndDate), dayKey(p.EndDate), p.Overview, p.Public, p.Strict, store.Micros(tx.Now()), custom, p.Budget)
	return err
}

func setTrashed(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, trashed bool) error {
	now := store.Micros(tx.Now())
	var at, by any
	if trashed {
		at, by = now, nullID(as.ID())
	}
	_, err := tx.Exec(ctx, `UPDATE projects_projects SET trashed = $3, trashed_at = $4, updated_at = $5, trashed_by = $6, version = version + 1
		WHERE portal_id = $1 AND id = $2`, as.Portal(), project, trashed, at, now, by)
	return err
}

// nextPrefix makes a prefix of the letters in base that no project of the portal has.
func nextPrefix(ctx context.Context, tx *store.Tx, portal id.ID, base string) (string, error) {
	for {
		var n int64
		err := tx.QueryRow(ctx, `INSERT INTO projects_prefixes (portal_id, base, last) VALUES ($1, $2, 1)
			ON CONFLICT (portal_id, base) DO UPDATE SET last = projects_prefixes.last + 1 RETURNING last`, portal, base).Scan(&n)
		if err != nil {
			return "", err
		}
		prefix := base
		if n > 1 {
			prefix += strconv.FormatInt(n, 10)
		}
		taken, err := prefixTaken(ctx, tx, portal, prefix)
		if err != nil || !taken {
			return prefix, err
		}
	}
}

func prefixTaken(ctx context.Context, q store.Querier, portal id.ID, prefix string) (bool, error) {
	return exists(q.QueryRow(ctx, `SELECT 1 FROM projects_projects WHERE portal_id = $1 AND prefix = $2`, portal, prefix))
}

// outside says whether any work of the project has a date before start or after end.
func outside(ctx context.Context, q store.Querier, portal, project id.ID, start, end string) (bool, error) {
	if start == "" {
		start = "0000-00-00"
	}
	end = dayKey(end)
	return exists(q.QueryRow(ctx, `SELECT 1 WHERE
		EXISTS (SELECT 1 FROM projects_tasks t WHERE t.portal_id = $1 AND t.project_id = $2
			AND (t.start_date < $3 OR t.start_date > $4 OR t.due_date < $3 OR t.due_date > $4))
		OR EXISTS (SELECT 1 FROM projects_milestones m WHERE m.portal_id = $1 AND m.project_id = $2
			AND (m.start_date < $3 OR m.start_date > $4 OR m.end_date < $3 OR m.end_date > $4))
		OR EXISTS (SELECT 1 FROM projects_bugs b WHERE b.portal_id = $1 AND b.project_id = $2
			AND (b.due_date < $3 OR b.due_date > $4))`, portal, project, start, end))
}

// exists reads a query that gives one row or none.
func exists(row scanner) (bool, error) {
	var one int
	err := row.Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
