package store

import (
	"database/sql"
	"strings"
)

// Dialect is the seam where the two engines differ. Compare it with SQLite and
// Postgres; the zero value is neither.
type Dialect struct{ name string }

// The two engines.
var (
	SQLite   = Dialect{"sqlite"}
	Postgres = Dialect{"postgres"}
)

// Name is "sqlite" or "postgres".
func (d Dialect) Name() string { return d.name }

// Pick gives the fragment for the engine, where no common text exists.
func (d Dialect) Pick(sqlite, postgres string) string {
	if d == Postgres {
		return postgres
	}
	return sqlite
}

// ForUpdate ends a SELECT that locks its rows. SQLite has one writer and needs none.
func (d Dialect) ForUpdate() string { return d.Pick("", " FOR UPDATE") }

// SkipLocked ends a SELECT that locks the rows nobody else holds.
func (d Dialect) SkipLocked() string { return d.Pick("", " FOR UPDATE SKIP LOCKED") }

// IDs turns a placeholder that holds a JSON array of numbers into what follows IN.
func (d Dialect) IDs(placeholder string) string {
	return d.Pick("(SELECT CAST(value AS INTEGER) FROM json_each("+placeholder+"))",
		"(SELECT CAST(e AS BIGINT) FROM jsonb_array_elements_text(CAST(CAST("+placeholder+" AS TEXT) AS JSONB)) AS e)")
}

// Texts turns a placeholder that holds a JSON array of strings into what follows IN.
func (d Dialect) Texts(placeholder string) string {
	return d.Pick("(SELECT value FROM json_each("+placeholder+"))",
		"(SELECT e FROM jsonb_array_elements_text(CAST(CAST("+placeholder+" AS TEXT) AS JSONB)) AS e)")
}

// JSONRows turns a placeholder that holds a JSON array of objects into a FROM item
// named alias. Each column reads "name int" or "name text"; a key that is missing
// is NULL. Numbers may stand as JSON numbers or strings.
func (d Dialect) JSONRows(placeholder, alias string, columns ...string) string {
	var list []string
	for _, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		switch {
		case d == Postgres && kind == "int":
			list = append(list, name+" BIGINT")
		case d == Postgres:
			list = append(list, name+` TEXT COLLATE "C"`)
		case kind == "int":
			list = append(list, "CAST(value->>'$."+name+"' AS INTEGER) AS "+name)
		default:
			list = append(list, "CAST(value->>'$."+name+"' AS TEXT) AS "+name)
		}
	}
	if d == Postgres {
		return "jsonb_to_recordset(CAST(CAST(" + placeholder + " AS TEXT) AS JSONB)) AS " + alias + "(" + strings.Join(list, ", ") + ")"
	}
	return "(SELECT " + strings.Join(list, ", ") + " FROM json_each(" + placeholder + ")) AS " + alias
}

// JSONField reads the key of a JSON column as text, NULL when it is missing. Keep
// strings in such columns: the engines write booleans and numbers differently. The
// key must come from checked metadata.
func (d Dialect) JSONField(column, key string) string {
	return d.Pick("CAST("+column+"->>'$."+key+"' AS TEXT)", "(CAST("+column+" AS JSONB)->>'"+key+"')")
}

func (d Dialect) isolation() sql.IsolationLevel {
	if d == Postgres {
		return sql.LevelReadCommitted
	}
	return sql.LevelDefault
}
