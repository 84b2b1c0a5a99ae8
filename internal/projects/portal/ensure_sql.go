package portal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

// keepAnswers is how long an answer stays for those who ask again.
const keepAnswers = 30 * 24 * time.Hour

// ensuredAnswer gives the answer already given, or "".
func ensuredAnswer(ctx context.Context, q store.Querier, portal id.ID, idem string) (string, error) {
	var answer string
	err := q.QueryRow(ctx, `SELECT answer FROM projects_ensured WHERE portal_id = $1 AND idem = $2`,
		portal, idem).Scan(&answer)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return answer, err
}

// keepAnswer stores an answer and drops the portal's old ones.
func keepAnswer(ctx context.Context, tx *store.Tx, portal id.ID, idem, answer string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM projects_ensured WHERE portal_id = $1 AND at < $2`,
		portal, store.Micros(tx.Now().Add(-keepAnswers))); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO projects_ensured (portal_id, idem, answer, at) VALUES ($1, $2, $3, $4)`,
		portal, idem, answer, store.Micros(tx.Now()))
	return err
}
