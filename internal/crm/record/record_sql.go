package record

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// maxDepth bounds how far parents are followed upwards.
const maxDepth = 50

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// columns lists what is read of a record: header, then the module's fields.
func columns(m *schema.Module) string {
	var b strings.Builder
	b.WriteString("t.id, t.version, h.name, COALESCE(h.owner_id, 0)")
	for _, f := range m.Fields {
		b.WriteString(", t." + f.Column)
	}
	return b.String()
}

func from(m *schema.Module) string {
	return " FROM " + m.Table + " t JOIN crm_records h ON h.org_id = t.org_id AND h.id = t.id"
}

// scan reads one row of columns.
func scan(m *schema.Module, row func(...any) error) (Record, error) {
	r := Record{Module: m.Name, Values: make(Values, len(m.Fields))}
	texts := make([]sql.NullString, len(m.Fields))
	numbers := make([]sql.NullInt64, len(m.Fields))
	dest := []any{&r.ID, &r.Version, &r.Name, &r.Owner}
	for i, f := range m.Fields {
		if numeric(f.Type) {
			dest = append(dest, &numbers[i])
		} else {
			dest = append(dest, &texts[i])
		}
	}
	if err := row(dest...); err != nil {
		return Record{}, err
	}
	for i, f := range m.Fields {
		switch {
		case texts[i].Valid && texts[i].String != "":
			r.Values[f.Name] = texts[i].String
		case !numbers[i].Valid:
		case f.Type == field.Lookup || f.Type == field.User:
			if numbers[i].Int64 != 0 {
				r.Values[f.Name] = id.ID(numbers[i].Int64)
			}
		case f.Type == field.Boolean:
			r.Values[f.Name] = numbers[i].Int64 != 0
		default:
			r.Values[f.Name] = numbers[i].Int64
		}
	}
	return r, nil
}

func numeric(t field.Type) bool {
	switch t {
	case field.Lookup, field.User, field.Integer, field.Currency, field.Percent, field.DateTime, field.Boolean:
		return true
	}
	return false
}

// stored gives column and value pairs of a record, derived ones included, and sets
// the read-only values that were derived.
func stored(m *schema.Module, r *Record) (cols []string, args []any) {
	derived := map[string]any{}
	if m.Derive != nil {
		derived = m.Derive(r.Values)
	}
	for _, f := range m.Fields {
		v := r.Values[f.Name]
		if d, ok := derived[f.Column]; ok {
			v = d
		}
		if v == nil {
			delete(r.Values, f.Name)
		} else {
			r.Values[f.Name] = v
		}
		cols, args = append(cols, f.Column), append(args, v)
	}
	for _, f := range m.Hidden {
		cols, args = append(cols, f.Column), append(args, derived[f.Column])
	}
	r.Name = r.Values.Text(m.NameField)
	r.Owner, _ = r.Values["Owner"].(id.ID)
	return cols, args
}

// update stores a changed record; header and search index only where they changed.
func update(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, before Record, r *Record) error {
	was := searchText(m, before.Values)
	cols, args := stored(m, r)
	b := store.Build(tx.Dialect())
	b.W("UPDATE ", m.Table, " SET version = ", b.Arg(r.Version))
	for i, c := range cols {
		b.W(", ", c, " = ", b.Arg(args[i]))
	}
	b.W(" WHERE org_id = ", b.Arg(org), " AND id = ", b.Arg(r.ID))
	if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
		return err
	}
	if err := rematch(ctx, tx, org, m, r.ID, before.Values, r.Values); err != nil {
		return err
	}
	text := searchText(m, r.Values)
	if text == was && r.Name == before.Name && r.Owner == before.Owner {
		return nil
	}
	if _, err := tx.Exec(ctx, `UPDATE crm_records SET name = $3, owner_id = $4, search_text = $5 WHERE org_id = $1 AND id = $2`,
		org, r.ID, r.Name, r.Owner, text); err != nil || text == was {
		return err
	}
	return reindex(ctx, tx, org, m, r.ID, text)
}

// get reads one record outside the bin within the scope; lock holds its row.
func get(ctx context.Context, q store.Querier, m *schema.Module, scope access.Scope, record id.ID, lock bool) (Record, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", columns(m), from(m), " WHERE t.deleted = 0 AND t.id = ", b.Arg(record), " AND ", scope.Filter(b, "t"))
	if lock && q.Dialect() == store.Postgres {
		b.W(" FOR UPDATE OF t")
	}
	return scan(m, q.QueryRow(ctx, b.SQL(), b.Args()...).Scan)
}

// many reads records outside the bin within the scope.
func many(ctx context.Context, q store.Querier, m *schema.Module, scope access.Scope, records []id.ID) (map[id.ID]Record, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", columns(m), from(m), " WHERE t.deleted = 0 AND t.id IN ", b.IDs(records), " AND ", scope.Filter(b, "t"))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (Record, error) { return scan(m, r.Scan) })
	out := make(map[id.ID]Record, len(list))
	for _, r := range list {
		out[r.ID] = r
	}
	return out, err
}

func memberAccounts(ctx context.Context, q store.Querier, scope access.Scope, org id.ID, parents []id.ID, limit int) ([]Ref, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT t.id, t.account_name FROM crm_accounts t WHERE t.org_id = ", b.Arg(org), " AND t.deleted = 0 AND t.parent_account IN ", b.IDs(parents),
		" AND ", scope.Filter(b, "t"), " ORDER BY t.sort_name, t.id LIMIT ", b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (Ref, error) {
		ref := Ref{Module: access.TabAccounts}
		err := r.Scan(&ref.ID, &ref.Name)
		return ref, err
	})
}

// visible says whether the badge sees the record.
func (s *Service) visible(ctx context.Context, q store.Querier, as access.Actor, module string, record id.ID) (bool, error) {
	return s.sees(ctx, q, as, module, record, "")
}

// sees is visible; lock ends the query that looks.
func (s *Service) sees(ctx context.Context, q store.Querier, as access.Actor, module string, record id.ID, lock string) (bool, error) {
	m, ok := s.modules.Module(module)
	if !ok || !as.Can(module, access.View) {
		return false, nil
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return false, err
	}
	b := store.Build(q.Dialect())
	b.W("SELECT 1 FROM ", m.Table, " t WHERE t.deleted = 0 AND t.id = ", b.Arg(record), " AND ", scope.Filter(b, "t"), lock)
	var one int
	err = q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&one)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// reaches says which of the rights the badge has on one record, in one query each.
func (s *Service) reaches(ctx context.Context, as access.Actor, m *schema.Module, right access.Right, record id.ID) (bool, error) {
	if !as.Can(m.Name, right) {
		return false, nil
	}
	scope, err := s.access.Scope(ctx, as, m.Name, right)
	if err != nil {
		return false, err
	}
	if scope.All() {
		return true, nil
	}
	b := store.Build(s.db.Dialect())
	b.W("SELECT 1 FROM ", m.Table, " t WHERE t.id = ", b.Arg(record), " AND ", scope.Filter(b, "t"))
	var one int
	err = s.db.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&one)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// notAbove refuses a parent that is below the record itself.
func notAbove(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, record id.ID, v Values) error {
	for _, f := range selfLookups(m.Fields, m.Name) {
		at, _ := v[f.Name].(id.ID)
		for depth := 0; at != 0; depth++ {
			if at == record || depth == maxDepth {
				return fault.Invalid("crm.fault.invalid").Field(f.Name, "crm.field.cycle")
			}
			var next sql.NullInt64
			err := tx.QueryRow(ctx, "SELECT "+f.Column+" FROM "+m.Table+" WHERE org_id = $1 AND id = $2", org, at).Scan(&next)
			if missing(err) {
				break
			}
			if err != nil {
				return err
			}
			at = id.ID(next.Int64)
		}
	}
	return nil
}

// setDeleted gives false when the record is where it should go already.
func setDeleted(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, record id.ID, deleted bool) (bool, error) {
	at, by := sql.NullInt64{}, sql.NullInt64{}
	if deleted {
		at, by = sql.NullInt64{Int64: store.Micros(tx.Now()), Valid: true}, sql.NullInt64{Int64: int64(as.User()), Valid: true}
	}
	rows, err := tx.Exec(ctx, "UPDATE "+m.Table+" SET deleted = $3, version = version + 1 WHERE org_id = $1 AND id = $2 AND deleted = $4",
		as.Org(), record, deleted, !deleted)
	if err != nil || rows == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE crm_records SET deleted_at = $3, deleted_by = $4, purging = 0 WHERE org_id = $1 AND id = $2`, as.Org(), record, at, by)
	return err == nil, err
}

func inBin(ctx context.Context, q store.Querier, scope access.Scope, module string, record id.ID) (bool, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT 1 FROM crm_records h WHERE h.deleted_at IS NOT NULL AND h.merged_into IS NULL AND h.purging = 0 AND h.module = ", b.Arg(module), " AND h.id = ", b.Arg(record), " AND ", scope.Filter(b, "h"))
	var one int
	err := q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&one)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}
