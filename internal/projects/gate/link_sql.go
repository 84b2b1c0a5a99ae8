package gate

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

// link lets the organisation name these members in As.
func (l *Local) link(ctx context.Context, portal, org id.ID, members []id.ID) error {
	if len(members) == 0 {
		return nil
	}
	return l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		b := store.Build(tx.Dialect())
		b.W("INSERT INTO projects_gate_links (portal_id, org, member_id) SELECT ", b.Arg(portal), ", ", b.Arg(org.String()),
			", id FROM projects_people WHERE portal_id = ", b.Arg(portal), " AND id IN ", b.IDs(members), " ON CONFLICT DO NOTHING")
		_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
		return err
	})
}

func (l *Local) unlink(ctx context.Context, portal, org id.ID) error {
	return l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM projects_gate_links WHERE portal_id = $1 AND org = $2", portal, org.String())
		return err
	})
}

func (l *Local) linked(ctx context.Context, portal, org, member id.ID) (bool, error) {
	var one int
	err := l.db.QueryRow(ctx, "SELECT 1 FROM projects_gate_links WHERE portal_id = $1 AND org = $2 AND member_id = $3",
		portal, org.String(), member).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
