package access

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// loadActor reads a user's badge whatever the user's status; callers refuse by it.
func loadActor(ctx context.Context, q store.Querier, org, user id.ID) (Actor, error) {
	a := Actor{tabs: map[string]Rights{}, perms: map[Permission]bool{}, share: map[string]Sharing{}}
	var kind ProfileKind
	u, o := scanUserInto(&a.user), &a.org
	err := q.QueryRow(ctx, "SELECT "+userColumns+", p.kind, "+organisationColumns+`
		FROM crm_users u
		JOIN crm_profiles p ON p.org_id = u.org_id AND p.id = u.profile_id
		JOIN crm_organisations o ON o.id = u.org_id
		WHERE u.org_id = $1 AND u.id = $2`, org, user).
		Scan(append(u.dest(), &kind, &o.ID, &o.Name, &o.Edition, &o.TimeZone, &o.Currency, &o.Locale, &o.Version)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Actor{}, fault.NotFound("access.fault.not_member")
	}
	if err != nil {
		return Actor{}, err
	}
	u.settle()
	a.admin = kind == ProfileAdministrator
	return a, loadRights(ctx, q, &a)
}

// loadRights reads what the profile may and what the organisation shares, in one go.
func loadRights(ctx context.Context, q store.Querier, a *Actor) error {
	rows, err := q.Query(ctx, `
		SELECT 'tab', tab, can_view, can_create, can_edit, can_delete
		FROM crm_profile_tabs WHERE org_id = $1 AND profile_id = $2
		UNION ALL SELECT 'permission', permission, 0, 0, 0, 0
		FROM crm_profile_permissions WHERE org_id = $1 AND profile_id = $2
		UNION ALL SELECT sharing, module, 0, 0, 0, 0
		FROM crm_sharing WHERE org_id = $1`, a.org.ID, a.user.ProfileID)
	_, err = store.Collect(rows, err, func(row *sql.Rows) (struct{}, error) {
		var what, name string
		var r Rights
		err := row.Scan(&what, &name, &r.View, &r.Create, &r.Edit, &r.Delete)
		switch what {
		case "tab":
			a.tabs[name] = r
		case "permission":
			a.perms[Permission(name)] = true
		default:
			a.share[name] = Sharing(what)
		}
		return struct{}{}, err
	})
	return err
}
