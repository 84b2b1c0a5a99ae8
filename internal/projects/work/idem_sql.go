package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const maxIdem = 200

// once runs fill in a write transaction and remembers what it made under idem; a
// second call gives the first one's id. Of two at the same moment one waits for the
// other on the key of the row.
func (s *Service) once(ctx context.Context, as portal.Member, kind, idem string, fill func(ctx context.Context, tx *store.Tx, made id.ID) error) (id.ID, error) {
	if as.Looks() {
		return 0, looksOnly()
	}
	if len(idem) > maxIdem {
		return 0, fault.Invalid("work.fault.invalid")
	}
	var made id.ID
	run := func(ctx context.Context, tx *store.Tx) error {
		if idem != "" {
			err := tx.QueryRow(ctx, `SELECT subject_id FROM projects_idempotency WHERE portal_id = $1 AND kind = $2 AND idem = $3`,
				as.Portal(), kind, idem).Scan(&made)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		made = tx.NewID()
		if idem != "" {
			_, err := tx.Exec(ctx, `INSERT INTO projects_idempotency (portal_id, kind, idem, subject_id, at) VALUES ($1, $2, $3, $4, $5)`,
				as.Portal(), kind, idem, made, store.Micros(tx.Now()))
			if err != nil {
				return err
			}
		}
		return fill(ctx, tx, made)
	}
	err := s.db.Write(ctx, run)
	if idem != "" && store.IsDuplicate(err) {
		err = s.db.Write(ctx, run)
	}
	return made, err
}

// madeBefore gives what once remembers under idem; zero for nothing.
func madeBefore(ctx context.Context, q store.Querier, in id.ID, kind, idem string) (made id.ID, err error) {
	if idem == "" {
		return 0, nil
	}
	err = q.QueryRow(ctx, `SELECT subject_id FROM projects_idempotency WHERE portal_id = $1 AND kind = $2 AND idem = $3`, in, kind, idem).Scan(&made)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return made, err
}

// onceInside is once for what is made inside a project, whose lock it takes.
func (s *Service) onceInside(ctx context.Context, as portal.Member, project id.ID, kind, idem string, fill func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error) (id.ID, error) {
	if err := as.RequireKnown(); err != nil {
		return 0, err
	}
	return s.once(ctx, as, kind, idem, func(ctx context.Context, tx *store.Tx, made id.ID) error {
		if err := lock(ctx, tx, as.Portal(), project); err != nil {
			return err
		}
		p, err := findProject(ctx, tx, as, project, false)
		if err != nil {
			return err
		}
		if err := fill(ctx, tx, made, p, stanceOf(as, p)); err != nil {
			return err
		}
		return s.acted(ctx, tx, as, p)
	})
}
