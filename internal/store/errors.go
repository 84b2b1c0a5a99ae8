package store

import (
	"context"
	"database/sql"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"musubi/internal/fault"
)

// CodeDuplicate is the code of the conflict fault that a unique violation becomes.
const CodeDuplicate = "duplicate"

// CodeReferenced is the code of the conflict fault that a broken foreign key becomes.
const CodeReferenced = "referenced"

// IsDuplicate says whether err is a unique violation.
func IsDuplicate(err error) bool { return fault.HasCode(err, CodeDuplicate) }

// mapError turns a driver's error into a fault by its code. sql.ErrNoRows and faults
// pass; a cancelled context stays recognisable by errors.Is.
func mapError(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, sql.ErrNoRows), fault.As(err) != nil:
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return unavailable(err)
	case ctx.Err() != nil: // the drivers report an interrupted statement in their own words
		return unavailable(errors.Join(ctx.Err(), err))
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return mapSQLite(lite.Code(), err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return mapPostgres(pg.Code, err)
	}
	var dial *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &dial) || errors.As(err, &network) {
		return unavailable(err)
	}
	return fault.Internal(err)
}

func mapSQLite(code int, err error) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return duplicate(err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return referenced(err)
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return unavailable(err)
	}
	return fault.Internal(err)
}

func mapPostgres(code string, err error) error {
	switch {
	case code == "23505":
		return duplicate(err)
	case code == "23503":
		return referenced(err)
	case retryCode(code):
		return unavailable(err)
	}
	switch code[:2] { // connection lost, out of resources, operator intervention
	case "08", "53", "57":
		return unavailable(err)
	}
	return fault.Internal(err)
}

func duplicate(err error) error {
	return fault.Conflict("fault.duplicate").WithCode(CodeDuplicate).Because(err)
}

func referenced(err error) error {
	return fault.Conflict("fault.referenced").WithCode(CodeReferenced).Because(err)
}

func unavailable(err error) error {
	return fault.New(fault.KindUnavailable, "fault.unavailable").Because(err)
}

// isRetryable says whether running the same transaction again may succeed.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && retryCode(pg.Code)
}

func retryCode(code string) bool { return code == "40001" || code == "40P01" }
