package access

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

func rolesOf(ctx context.Context, q store.Querier, org id.ID) ([]Role, error) {
	rows, err := q.Query(ctx, `SELECT r.id, r.parent_id, r.name, r.version,
		(SELECT COUNT(*) FROM crm_users u WHERE u.org_id = r.org_id AND u.role_id = r.id)
		FROM crm_roles r WHERE r.org_id = $1 ORDER BY r.name_key, r.id`, org)
	return store.Collect(rows, err, func(row *sql.Rows) (Role, error) {
		var r Role
		var parent sql.Null[int64]
		err := row.Scan(&r.ID, &parent, &r.Name, &r.Version, &r.Users)
		r.ParentID = id.ID(parent.V)
		return r, err
	})
}

func roleByID(ctx context.Context, q store.Querier, org, role id.ID) (Role, error) {
	r := Role{ID: role}
	var parent sql.Null[int64]
	err := q.QueryRow(ctx, `SELECT r.parent_id, r.name, r.version,
		(SELECT COUNT(*) FROM crm_role_closure c WHERE c.org_id = r.org_id AND c.below_id = r.id),
		(SELECT COUNT(*) FROM crm_users u WHERE u.org_id = r.org_id AND u.role_id = r.id)
		FROM crm_roles r WHERE r.org_id = $1 AND r.id = $2`, org, role).
		Scan(&parent, &r.Name, &r.Version, &r.Depth, &r.Users)
	if errors.Is(err, sql.ErrNoRows) {
		return Role{}, fault.NotFound("access.fault.no_role")
	}
	r.ParentID = id.ID(parent.V)
	return r, err
}

func childRoles(ctx context.Context, q store.Querier, org, parent id.ID) ([]id.ID, error) {
	rows, err := q.Query(ctx, "SELECT id FROM crm_roles WHERE org_id = $1 AND parent_id = $2 ORDER BY id", org, parent)
	return store.Collect(rows, err, func(row *sql.Rows) (id.ID, error) {
		var child id.ID
		err := row.Scan(&child)
		return child, err
	})
}

func isBelow(ctx context.Context, q store.Querier, org, above, below id.ID) (bool, error) {
	var n int
	err := q.QueryRow(ctx, "SELECT COUNT(*) FROM crm_role_closure WHERE org_id = $1 AND above_id = $2 AND below_id = $3",
		org, above, below).Scan(&n)
	return n > 0, err
}

// insertRole adds a leaf and the pairs that place it below its superiors.
func insertRole(ctx context.Context, tx *store.Tx, org id.ID, r Role) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_roles (org_id, id, parent_id, name, name_key, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		org, r.ID, idOrNull(r.ParentID), r.Name, fold(r.Name), r.Version, store.Micros(tx.Now()))
	if err != nil || r.ParentID == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO crm_role_closure (org_id, above_id, below_id)
		SELECT c.org_id, c.above_id, CAST($1 AS BIGINT) FROM crm_role_closure c WHERE c.org_id = $2 AND c.below_id = $3
		UNION ALL SELECT CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($1 AS BIGINT)`, r.ID, org, r.ParentID)
	return err
}

func renameRole(ctx context.Context, tx *store.Tx, org id.ID, r Role) error {
	_, err := tx.Exec(ctx, `UPDATE crm_roles SET name = $1, name_key = $2, version = $3, updated_at = $4
		WHERE org_id = $5 AND id = $6`, r.Name, fold(r.Name), r.Version, store.Micros(tx.Now()), org, r.ID)
	return err
}

// rehangRole moves a role and all below it under another parent: the pairs that
// cross the cut go, those that cross the new joint come.
func rehangRole(ctx context.Context, tx *store.Tx, org, role, parent id.ID) error {
	if _, err := tx.Exec(ctx, `UPDATE crm_roles SET parent_id = $1, version = version + 1, updated_at = $2
		WHERE org_id = $3 AND id = $4`, parent, store.Micros(tx.Now()), org, role); err != nil {
		return err
	}
	const below = `(SELECT CAST($2 AS BIGINT) UNION ALL
		SELECT d.below_id FROM crm_role_closure d WHERE d.org_id = $1 AND d.above_id = $2)`
	if _, err := tx.Exec(ctx, `DELETE FROM crm_role_closure WHERE org_id = $1
		AND above_id IN (SELECT a.above_id FROM crm_role_closure a WHERE a.org_id = $1 AND a.below_id = $2)
		AND below_id IN `+below, org, role); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO crm_role_closure (org_id, above_id, below_id)
		SELECT CAST($1 AS BIGINT), up.role_id, down.role_id
		FROM (SELECT CAST($3 AS BIGINT) AS role_id UNION ALL
			SELECT a.above_id FROM crm_role_closure a WHERE a.org_id = $1 AND a.below_id = $3) up
		CROSS JOIN (SELECT CAST($2 AS BIGINT) AS role_id UNION ALL
			SELECT d.below_id FROM crm_role_closure d WHERE d.org_id = $1 AND d.above_id = $2) down`, org, role, parent)
	return err
}

// removeRole deletes a role that has neither children nor users any more.
func removeRole(ctx context.Context, tx *store.Tx, org, role id.ID) error {
	if _, err := tx.Exec(ctx, "DELETE FROM crm_role_closure WHERE org_id = $1 AND below_id = $2", org, role); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM crm_roles WHERE org_id = $1 AND id = $2", org, role)
	return err
}
