package store

import (
	"strconv"
	"strings"
)

// Dialect is the seam between the engines: every SQL fragment that differs has a
// method here and nowhere else.
type Dialect string

// The engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Name is "sqlite" or "postgres".
func (d Dialect) Name() string { return string(d) }

// Pick gives the fragment of the engine in use.
func (d Dialect) Pick(sqlite, postgres string) string {
	if d == Postgres {
		return postgres
	}
	return sqlite
}

// ForUpdate locks the selected rows where two writers can meet; SQLite has one.
func (d Dialect) ForUpdate() string {
	if d == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// IDs turns a placeholder bound to a JSON array of numbers into a sub-query for IN.
func (d Dialect) IDs(placeholder string) string {
	if d == Postgres {
		return "(SELECT t.v::bigint FROM jsonb_array_elements_text(" + placeholder + "::jsonb) AS t(v))"
	}
	return "(SELECT CAST(value AS INTEGER) FROM json_each(" + placeholder + "))"
}

// Texts turns a placeholder bound to a JSON array of strings into a sub-query for IN.
func (d Dialect) Texts(placeholder string) string {
	if d == Postgres {
		return `(SELECT t.v COLLATE "C" FROM jsonb_array_elements_text(` + placeholder + `::jsonb) AS t(v))`
	}
	return "(SELECT value FROM json_each(" + placeholder + "))"
}

// Column is one column of a JSON row set.
type Column struct {
	Name   string
	Number bool
}

// Int is a number column of a JSON row set.
func Int(name string) Column { return Column{Name: name, Number: true} }

// Text is a text column of a JSON row set.
func Text(name string) Column { return Column{Name: name} }

// JSONRows turns a placeholder bound to a JSON array of arrays (RowList) into a
// sub-select with the named columns, so that a batch of values joins a table in one
// statement. Give it an alias.
func (d Dialect) JSONRows(placeholder string, cols ...Column) string {
	list := make([]string, len(cols))
	for i, c := range cols {
		at := "(e.value ->> " + strconv.Itoa(i) + ")"
		switch {
		case c.Number && d == Postgres:
			at += "::bigint"
		case c.Number:
			at = "CAST(" + at + " AS INTEGER)"
		case d == Postgres:
			at += ` COLLATE "C"`
		}
		list[i] = at + " AS " + c.Name
	}
	from := " FROM json_each(" + placeholder + ") AS e)"
	if d == Postgres {
		from = " FROM jsonb_array_elements(" + placeholder + "::jsonb) AS e(value))"
	}
	return "(SELECT " + strings.Join(list, ", ") + from
}
