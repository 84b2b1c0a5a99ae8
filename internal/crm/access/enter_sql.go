package access

import (
	"context"
	"database/sql"
	"errors"
	"strings"

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

// loadRights reads in one go what the profile may, what the organisation shares, and
// whose records lie below the user's role.
func loadRights(ctx context.Context, q store.Querier, a *Actor) error {
	rows, err := q.Query(ctx, `
		SELECT 'tab', tab, can_view, can_create, can_edit, can_delete
		FROM crm_profile_tabs WHERE org_id = $1 AND profile_id = $2
		UNION ALL SELECT 'permission', permission, 0, 0, 0, 0
		FROM crm_profile_permissions WHERE org_id = $1 AND profile_id = $2
		UNION ALL SELECT 'sharing', module || ' ' || sharing, 0, 0, 0, 0
		FROM crm_sharing WHERE org_id = $1
		UNION ALL SELECT 'below', '', b.id, 0, 0, 0
		FROM (`+belowRole("$1", "$3")+` LIMIT $4) b`, a.org.ID, a.user.ProfileID, a.user.RoleID, maxListed+1)
	_, err = store.Collect(rows, err, func(row *sql.Rows) (struct{}, error) {
		var what, name string
		var n [4]int64
		err := row.Scan(&what, &name, &n[0], &n[1], &n[2], &n[3])
		switch what {
		case "tab":
			a.tabs[name] = Rights{View: n[0] == 1, Create: n[1] == 1, Edit: n[2] == 1, Delete: n[3] == 1}
		case "permission":
			a.perms[Permission(name)] = true
		case "sharing":
			module, sharing, _ := strings.Cut(name, " ")
			a.share[module] = Sharing(sharing)
		case "below":
			a.below = append(a.below, id.ID(n[0]))
		}
		return struct{}{}, err
	})
	return err
}
