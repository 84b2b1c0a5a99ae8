package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"musubi/internal/id"
)

// Builder writes one statement with bound values. Names of tables and columns come
// from our own metadata only; every value goes through Arg.
type Builder struct {
	d    Dialect
	sql  strings.Builder
	args []any
}

// Build begins a statement.
func Build(d Dialect) *Builder { return &Builder{d: d} }

// W writes SQL text.
func (b *Builder) W(parts ...string) *Builder {
	for _, p := range parts {
		b.sql.WriteString(p)
	}
	return b
}

// Arg binds v and gives its placeholder.
func (b *Builder) Arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// IDs binds a list of ids as one value; the result follows IN.
func (b *Builder) IDs(ids []id.ID) string { return b.d.IDs(b.Arg(IDList(ids))) }

// Texts binds a list of strings as one value; the result follows IN.
func (b *Builder) Texts(list []string) string { return b.d.Texts(b.Arg(TextList(list))) }

// Dialect names the engine the statement is for.
func (b *Builder) Dialect() Dialect { return b.d }

// SQL gives the text.
func (b *Builder) SQL() string { return b.sql.String() }

// Args gives the bound values in order.
func (b *Builder) Args() []any { return b.args }

// IDList writes ids as the JSON array of numbers that Dialect.IDs reads.
func IDList(ids []id.ID) string {
	out := []byte{'['}
	for i, v := range ids {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, int64(v), 10)
	}
	return string(append(out, ']'))
}

// TextList writes strings as the JSON array that Dialect.Texts reads.
func TextList(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	out, _ := json.Marshal(list) // strings always marshal
	return string(out)
}

// RowList writes rows as the JSON array of arrays that Dialect.JSONRows reads. The
// values must be strings, numbers, ids or nil; an id is written as a number.
func RowList(rows [][]any) string {
	if len(rows) == 0 {
		return "[]"
	}
	plain := make([][]any, len(rows))
	for i, row := range rows {
		plain[i] = make([]any, len(row))
		for j, v := range row {
			if n, ok := v.(id.ID); ok {
				v = int64(n)
			}
			plain[i][j] = v
		}
	}
	out, _ := json.Marshal(plain)
	return string(out)
}
