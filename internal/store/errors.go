package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"musubi/internal/fault"
)

const codeDuplicate = "duplicate"

// The codes acted on. SQLite: sqlite.org/rescode.html. PostgreSQL: appendix A of
// its manual.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
	pgUnique         = "23505"
	pgSerialization  = "40001"
	pgDeadlock       = "40P01"
)

// mapError turns a driver's error into a fault, by code and never by text. No row and
// the end of the context stay recognisable, because callers act on them.
func mapError(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || fault.As(err) != nil {
		return err
	}
	if ctx != nil && ctx.Err() != nil {
		return fault.New(fault.KindUnavailable, "fault.unavailable").Because(errors.Join(ctx.Err(), err))
	}
	if se := (*sqlite.Error)(nil); errors.As(err, &se) {
		switch code := se.Code(); {
		case code == sqliteUnique, code == sqlitePrimaryKey:
			return duplicate(err)
		case code&0xff == sqliteBusy, code&0xff == sqliteLocked:
			return fault.New(fault.KindUnavailable, "fault.unavailable").Because(err)
		}
	}
	if pe := (*pgconn.PgError)(nil); errors.As(err, &pe) && pe.Code == pgUnique {
		return duplicate(err)
	}
	return fault.Internal(err)
}

func duplicate(err error) error {
	return fault.Conflict("fault.duplicate").WithCode(codeDuplicate).Because(err)
}

// IsDuplicate says whether err is the violation of a unique constraint.
func IsDuplicate(err error) bool { return fault.HasCode(err, codeDuplicate) }

// retryable says whether running the whole transaction once more can succeed.
func retryable(err error) bool {
	pe := (*pgconn.PgError)(nil)
	return errors.As(err, &pe) && (pe.Code == pgSerialization || pe.Code == pgDeadlock)
}
