package access

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// profilesOf reads the organisation's profiles with rights and user counts, or only
// the one named.
func profilesOf(ctx context.Context, q store.Querier, org, only id.ID) ([]Profile, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT p.id, p.name, p.kind, p.version,
		(SELECT COUNT(*) FROM crm_users u WHERE u.org_id = p.org_id AND u.profile_id = p.id)
		FROM crm_profiles p WHERE p.org_id = `, b.Arg(org))
	if only != 0 {
		b.W(" AND p.id = ", b.Arg(only))
	}
	b.W(` ORDER BY CASE p.kind WHEN 'administrator' THEN 0 WHEN 'standard' THEN 1 ELSE 2 END, p.name_key, p.id`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(row *sql.Rows) (Profile, error) {
		p := Profile{Tabs: map[string]Rights{}, Permissions: map[Permission]bool{}}
		err := row.Scan(&p.ID, &p.Name, &p.Kind, &p.Version, &p.Users)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	return list, fillRights(ctx, q, org, only, list)
}

func fillRights(ctx context.Context, q store.Querier, org, only id.ID, list []Profile) error {
	at := make(map[id.ID]*Profile, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
		if list[i].Kind == ProfileAdministrator {
			list[i].everything()
		}
	}
	b := store.Build(q.Dialect())
	tenant := " WHERE org_id = " + b.Arg(org)
	if only != 0 {
		tenant += " AND profile_id = " + b.Arg(only)
	}
	b.W("SELECT profile_id, 1, tab, can_view, can_create, can_edit, can_delete FROM crm_profile_tabs", tenant,
		" UNION ALL SELECT profile_id, 0, permission, 0, 0, 0, 0 FROM crm_profile_permissions", tenant)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(row *sql.Rows) (struct{}, error) {
		var profile id.ID
		var tab bool
		var name string
		var r Rights
		err := row.Scan(&profile, &tab, &name, &r.View, &r.Create, &r.Edit, &r.Delete)
		p, ok := at[profile]
		switch {
		case !ok || p.Locked():
		case tab:
			p.Tabs[name] = r
		default:
			p.Permissions[Permission(name)] = true
		}
		return struct{}{}, err
	})
	return err
}

func profileByID(ctx context.Context, q store.Querier, org, profile id.ID) (Profile, error) {
	if profile == 0 {
		return Profile{}, fault.NotFound("access.fault.no_profile")
	}
	list, err := profilesOf(ctx, q, org, profile)
	if err != nil {
		return Profile{}, err
	}
	if len(list) == 0 {
		return Profile{}, fault.NotFound("access.fault.no_profile")
	}
	return list[0], nil
}

func insertProfile(ctx context.Context, tx *store.Tx, org id.ID, p Profile) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_profiles (org_id, id, name, name_key, kind, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		org, p.ID, p.Name, fold(p.Name), string(p.Kind), p.Version, store.Micros(tx.Now()))
	if err != nil {
		return err
	}
	return insertRights(ctx, tx, org, p)
}

func insertRights(ctx context.Context, tx *store.Tx, org id.ID, p Profile) error {
	if p.Kind == ProfileAdministrator {
		return nil
	}
	for tab, r := range p.Tabs {
		if r == (Rights{}) {
			continue
		}
		if _, err := tx.Exec(ctx, `INSERT INTO crm_profile_tabs
			(org_id, profile_id, tab, can_view, can_create, can_edit, can_delete) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			org, p.ID, tab, r.View, r.Create, r.Edit, r.Delete); err != nil {
			return err
		}
	}
	for perm, on := range p.Permissions {
		if !on {
			continue
		}
		if _, err := tx.Exec(ctx, "INSERT INTO crm_profile_permissions (org_id, profile_id, permission) VALUES ($1, $2, $3)",
			org, p.ID, string(perm)); err != nil {
			return err
		}
	}
	return nil
}

func updateProfile(ctx context.Context, tx *store.Tx, org id.ID, p Profile) error {
	_, err := tx.Exec(ctx, `UPDATE crm_profiles SET name = $1, name_key = $2, version = $3, updated_at = $4
		WHERE org_id = $5 AND id = $6`, p.Name, fold(p.Name), p.Version, store.Micros(tx.Now()), org, p.ID)
	if err != nil {
		return err
	}
	if err := clearRights(ctx, tx, org, p.ID); err != nil {
		return err
	}
	return insertRights(ctx, tx, org, p)
}

func clearRights(ctx context.Context, tx *store.Tx, org, profile id.ID) error {
	if _, err := tx.Exec(ctx, "DELETE FROM crm_profile_tabs WHERE org_id = $1 AND profile_id = $2", org, profile); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM crm_profile_permissions WHERE org_id = $1 AND profile_id = $2", org, profile)
	return err
}

func removeProfile(ctx context.Context, tx *store.Tx, org, profile id.ID) error {
	if err := clearRights(ctx, tx, org, profile); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM crm_profiles WHERE org_id = $1 AND id = $2", org, profile)
	return err
}

func profileKind(ctx context.Context, q store.Querier, org, profile id.ID) (ProfileKind, error) {
	var k ProfileKind
	err := q.QueryRow(ctx, "SELECT kind FROM crm_profiles WHERE org_id = $1 AND id = $2", org, profile).Scan(&k)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.NotFound("access.fault.no_profile")
	}
	return k, err
}
