package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"musubi/internal/id"
)

// Builder writes one statement: text by W, values always bound by Arg and its kin.
type Builder struct {
	dialect Dialect
	text    strings.Builder
	args    []any
}

// Build begins a statement for the engine.
func Build(d Dialect) *Builder { return &Builder{dialect: d} }

// W appends text and returns b. Arguments are evaluated left to right, so
// b.W("x = ", b.Arg(v)) numbers its placeholders in order.
func (b *Builder) W(parts ...string) *Builder {
	for _, p := range parts {
		b.text.WriteString(p)
	}
	return b
}

// Arg binds a value and gives its placeholder.
func (b *Builder) Arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// ArgList binds values and gives their placeholders, separated by commas.
func (b *Builder) ArgList(values ...any) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = b.Arg(v)
	}
	return strings.Join(list, ", ")
}

// IDs binds the ids as one parameter and gives what follows IN.
func (b *Builder) IDs(ids []id.ID) string { return b.dialect.IDs(b.Arg(IDList(ids))) }

// Texts binds the strings as one parameter and gives what follows IN.
func (b *Builder) Texts(texts []string) string { return b.dialect.Texts(b.Arg(TextList(texts))) }

// JSON binds v as JSON text. A value that JSON cannot hold fails when the
// statement runs.
func (b *Builder) JSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return b.Arg(err)
	}
	return b.Arg(string(text))
}

// Rows binds a slice of structs or maps as one parameter and gives a FROM item
// named alias; see Dialect.JSONRows for the columns, which are JSON names.
func (b *Builder) Rows(alias string, slice any, columns ...string) string {
	return b.dialect.JSONRows(b.JSON(slice), alias, columns...)
}

// Dialect says which engine the statement is for.
func (b *Builder) Dialect() Dialect { return b.dialect }

// SQL is the text so far.
func (b *Builder) SQL() string { return b.text.String() }

// Args are the bound values so far.
func (b *Builder) Args() []any { return b.args }

// IDList writes ids as the JSON array of numbers that Dialect.IDs reads.
func IDList(ids []id.ID) string {
	out := make([]byte, 0, 2+len(ids)*12)
	out = append(out, '[')
	for i, n := range ids {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	return string(append(out, ']'))
}

// TextList writes strings as the JSON array that Dialect.Texts reads.
func TextList(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	out, _ := json.Marshal(texts) // a slice of strings always marshals
	return string(out)
}
