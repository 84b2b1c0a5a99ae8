package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func listMembers(ctx context.Context, q store.Querier, in id.ID, p projectRow) ([]ProjectMember, error) {
	rows, err := q.Query(ctx, `SELECT m.member_id, w.name, w.role, m.role, w.active, m.added_at
		FROM projects_project_members m
		JOIN projects_people w ON w.portal_id = m.portal_id AND w.id = m.member_id
		WHERE m.portal_id = $1 AND m.project_id = $2 ORDER BY w.sort_key, m.member_id`, in, p.ID)
	return store.Collect(rows, err, func(r *sql.Rows) (ProjectMember, error) {
		var m ProjectMember
		var at int64
		err := r.Scan(&m.ID, &m.Name, &m.PortalRole, &m.Role, &m.Active, &at)
		m.AddedAt, m.Owner = store.FromMicros(at), m.ID == p.Owner.ID
		return m, err
	})
}

func scanRef(r *sql.Rows) (portal.Ref, error) {
	var ref portal.Ref
	err := r.Scan(&ref.ID, &ref.Name)
	return ref, err
}

// able writes who can be given work in a project, as people under the alias w.
func able(b *store.Builder, in, project id.ID) {
	b.W(`w.portal_id = `, b.Arg(in), ` AND w.kind = 'member' AND w.active = 1 AND w.removed_at IS NULL AND (w.role IN ('owner', 'administrator')
		OR w.id IN (SELECT m.member_id FROM projects_project_members m WHERE m.portal_id = `, b.Arg(in), ` AND m.project_id = `, b.Arg(project), `))`)
}

// listAssignable lists who can be given work; of only those named, if any are.
func listAssignable(ctx context.Context, q store.Querier, in, project id.ID, only []id.ID) ([]portal.Ref, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT w.id, w.name FROM projects_people w WHERE `)
	able(b, in, project)
	if len(only) > 0 {
		b.W(` AND w.id IN `, b.IDs(only))
	}
	b.W(` ORDER BY w.sort_key, w.id`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, scanRef)
}

func listActiveMembers(ctx context.Context, q store.Querier, in id.ID) ([]portal.Ref, error) {
	rows, err := q.Query(ctx, `SELECT w.id, w.name FROM projects_people w
		WHERE w.portal_id = $1 AND w.kind = 'member' AND w.active = 1 AND w.removed_at IS NULL ORDER BY w.sort_key, w.id`, in)
	return store.Collect(rows, err, scanRef)
}

// activeMembers gives those of the ids that are active members of the portal.
func activeMembers(ctx context.Context, q store.Querier, in id.ID, ids []id.ID) ([]portal.Ref, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT w.id, w.name FROM projects_people w WHERE w.portal_id = `, b.Arg(in), ` AND w.id IN `, b.IDs(ids),
		` AND w.kind = 'member' AND w.active = 1 AND w.removed_at IS NULL`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, scanRef)
}

func putMembers(ctx context.Context, tx *store.Tx, in, project id.ID, members []id.ID, role ProjectRole) error {
	for _, m := range members {
		_, err := tx.Exec(ctx, `INSERT INTO projects_project_members (portal_id, project_id, member_id, role, added_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (portal_id, project_id, member_id) DO UPDATE SET role = excluded.role`,
			in, project, m, role, store.Micros(tx.Now()))
		if err != nil {
			return err
		}
	}
	return nil
}

func dropMember(ctx context.Context, tx *store.Tx, in, project, member id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM projects_project_members WHERE portal_id = $1 AND project_id = $2 AND member_id = $3`, in, project, member)
}

// dropPerson takes somebody off all projects of the portal.
func dropPerson(ctx context.Context, tx *store.Tx, in, person id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM projects_project_members WHERE portal_id = $1 AND member_id = $2`, in, person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM projects_project_users WHERE portal_id = $1 AND user_id = $2`, in, person)
	return err
}
