package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

const userColumns = "user_id, member_id, email, name, role, outcome, refused, at"

// writeUser keeps what became of a user. Someone created once stays "created" when
// the portal, asked again, finds them existing: that tells more.
func writeUser(ctx context.Context, tx *store.Tx, org id.ID, epoch int64, u LinkedUser) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_users (org_id, epoch, `+userColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (org_id, epoch, user_id) DO UPDATE
		SET member_id = excluded.member_id, email = excluded.email, name = excluded.name, role = excluded.role,
		outcome = CASE WHEN integration_users.outcome = 'created' AND excluded.outcome = 'existing'
			THEN 'created' ELSE excluded.outcome END,
		refused = excluded.refused, at = excluded.at`,
		org, epoch, u.User, nullID(u.Member), u.Email, u.Name, u.Role, u.Outcome, flag(u.Refused), store.Micros(tx.Now()))
	return err
}

func usersOf(ctx context.Context, q store.Querier, org id.ID, epoch int64, refused bool, after id.ID, limit int) ([]LinkedUser, error) {
	text := "SELECT " + userColumns + " FROM integration_users WHERE org_id = $1 AND epoch = $2 AND user_id > $3"
	if refused {
		text += " AND refused = 1"
	}
	rows, err := q.Query(ctx, text+" ORDER BY user_id LIMIT $4", org, epoch, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []LinkedUser
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, rows.Err()
}

// userOf gives one user's registration; the outcome is waiting when there is none.
func userOf(ctx context.Context, q store.Querier, org id.ID, epoch int64, user id.ID) (LinkedUser, error) {
	u, err := scanUser(q.QueryRow(ctx, "SELECT "+userColumns+` FROM integration_users
		WHERE org_id = $1 AND epoch = $2 AND user_id = $3`, org, epoch, user))
	if errors.Is(err, sql.ErrNoRows) {
		return LinkedUser{User: user, Outcome: OutcomeWaiting}, nil
	}
	return u, err
}

func scanUser(row scanner) (LinkedUser, error) {
	var u LinkedUser
	var member, at sql.NullInt64
	err := row.Scan(&u.User, &member, &u.Email, &u.Name, &u.Role, &u.Outcome, &u.Refused, &at)
	u.Member, u.At = id.ID(member.Int64), timeOf(at)
	return u, err
}

func countUsers(ctx context.Context, q store.Querier, org id.ID, epoch int64) (registered, refused int, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(SUM(1 - refused), 0), COALESCE(SUM(refused), 0)
		FROM integration_users WHERE org_id = $1 AND epoch = $2`, org, epoch).Scan(&registered, &refused)
	return registered, refused, err
}

// memberChanged takes over what happened to a member of the portal.
func memberChanged(ctx context.Context, tx *store.Tx, l link, member id.ID, kind string) error {
	outcome := gate.OutcomeInactive
	switch kind {
	case gate.ChangeMemberActivated:
		outcome = gate.OutcomeExisting
	case gate.ChangeMemberRemoved:
		outcome = OutcomeRemoved
	}
	_, err := tx.Exec(ctx, `UPDATE integration_users SET outcome = $4, refused = $5, at = $6
		WHERE org_id = $1 AND epoch = $2 AND member_id = $3`,
		l.Org, l.Epoch, member, outcome, flag(outcome != gate.OutcomeExisting), store.Micros(tx.Now()))
	return err
}
