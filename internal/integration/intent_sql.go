package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const intentColumns = "id, epoch, token, user_id, member_id, module, record_id, account_id, value, state, project_id, created_at"

// writeIntent keeps an intent under its form's token; a refused one is replaced.
func writeIntent(ctx context.Context, tx *store.Tx, in intent) error {
	value, err := in.Value.text()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM integration_intents WHERE org_id = $1 AND user_id = $2 AND token = $3",
		in.Org, in.User, in.Token)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO integration_intents (org_id, "+intentColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		in.Org, in.ID, in.Epoch, in.Token, in.User, in.Member, in.Module, nullID(in.Record), nullID(in.Account),
		value, in.State, nullID(in.Project), store.Micros(tx.Now()))
	return err
}

func setIntent(ctx context.Context, tx *store.Tx, in intent, state string, project id.ID) error {
	_, err := tx.Exec(ctx, "UPDATE integration_intents SET state = $3, project_id = $4 WHERE org_id = $1 AND id = $2",
		in.Org, in.ID, state, nullID(project))
	return err
}

// intentOf gives the intent of a user's form; a zero ID when there is none.
func intentOf(ctx context.Context, q store.Querier, org, user id.ID, token string) (intent, error) {
	in, err := scanIntent(org, q.QueryRow(ctx, "SELECT "+intentColumns+` FROM integration_intents
		WHERE org_id = $1 AND user_id = $2 AND token = $3`, org, user, token))
	if errors.Is(err, sql.ErrNoRows) {
		return intent{}, nil
	}
	return in, err
}

func pendingIntents(ctx context.Context, q store.Querier, org id.ID, before time.Time, limit int) ([]intent, error) {
	rows, err := q.Query(ctx, "SELECT "+intentColumns+` FROM integration_intents
		WHERE org_id = $1 AND state = 'pending' AND created_at < $2 ORDER BY id LIMIT $3`, org, store.Micros(before), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []intent
	for rows.Next() {
		in, err := scanIntent(org, rows)
		if err != nil {
			return nil, err
		}
		list = append(list, in)
	}
	return list, rows.Err()
}

func scanIntent(org id.ID, row scanner) (intent, error) {
	in := intent{Org: org}
	var record, account, project sql.NullInt64
	var value string
	var at int64
	err := row.Scan(&in.ID, &in.Epoch, &in.Token, &in.User, &in.Member, &in.Module, &record, &account,
		&value, &in.State, &project, &at)
	if err != nil {
		return in, err
	}
	in.Record, in.Account, in.Project = id.ID(record.Int64), id.ID(account.Int64), id.ID(project.Int64)
	in.At = store.FromMicros(at)
	if err := json.Unmarshal([]byte(value), &in.Value); err != nil {
		return in, fault.Internal(err)
	}
	return in, nil
}
