package record

import (
	"context"
	"database/sql"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// listing is a list query made of checked parts.
type listing struct {
	by      field.Field
	desc    bool
	keyword string
	fixed   []condition
	at      cursor
	paged   bool
	limit   int
}

func (s *Service) selectList(ctx context.Context, m *schema.Module, scope access.Scope, l listing) ([]sorted, error) {
	b := store.Build(s.db.Dialect())
	b.W("SELECT t.", l.by.Sort, ", ", columns(m), from(m), " WHERE t.deleted = 0 AND ", scope.Filter(b, "t"))
	for _, c := range l.fixed {
		b.W(" AND t.", c.column, " = ", b.Arg(c.value))
	}
	if l.keyword != "" {
		keyword(b, scope.Org(), l.keyword)
	}
	number := numeric(l.by.Type)
	down := l.desc != l.at.Back
	if l.paged {
		at := any(l.at.Text)
		if number {
			at = l.at.Num
		}
		op := " > ("
		if down {
			op = " < ("
		}
		b.W(" AND (t.", l.by.Sort, ", t.id)", op, b.Arg(at), ", ", b.Arg(l.at.ID), ")")
	}
	order := ""
	if down {
		order = " DESC"
	}
	b.W(" ORDER BY t.", l.by.Sort, order, ", t.id", order, " LIMIT ", b.Arg(l.limit))
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (sorted, error) {
		var out sorted
		var err error
		out.Record, err = scan(m, func(dest ...any) error {
			if number {
				return r.Scan(append([]any{&out.at.Num}, dest...)...)
			}
			return r.Scan(append([]any{&out.at.Text}, dest...)...)
		})
		out.at.ID = int64(out.ID)
		return out, err
	})
}

// Names gives the names of the records the badge sees, one query for all; the others
// are absent.
func (s *Service) Names(ctx context.Context, as access.Actor, module string, ids []id.ID) (map[id.ID]string, error) {
	if _, err := s.Module(as, module); err != nil {
		return nil, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil || len(ids) == 0 {
		return map[id.ID]string{}, err
	}
	b := store.Build(s.db.Dialect())
	b.W("SELECT h.id, h.name FROM crm_records h WHERE h.deleted_at IS NULL AND h.module = ", b.Arg(module), " AND h.id IN ", b.IDs(ids),
		" AND ", scope.Filter(b, "h"))
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, scanRef)
	out := make(map[id.ID]string, len(list))
	for _, r := range list {
		out[r.ID] = r.Name
	}
	return out, err
}

func scanRef(r *sql.Rows) (Ref, error) {
	var ref Ref
	err := r.Scan(&ref.ID, &ref.Name)
	return ref, err
}
