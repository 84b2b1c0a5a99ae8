package work

import (
	"context"
	"database/sql"
	"encoding/json"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

func listFields(ctx context.Context, q store.Querier, in id.ID) ([]Field, error) {
	rows, err := q.Query(ctx, `SELECT id, name, kind, options, required, version FROM projects_fields WHERE portal_id = $1 ORDER BY id`, in)
	return store.Collect(rows, err, func(r *sql.Rows) (Field, error) {
		var f Field
		var options string
		if err := r.Scan(&f.ID, &f.Name, &f.Kind, &options, &f.Required, &f.Version); err != nil {
			return f, err
		}
		if err := json.Unmarshal([]byte(options), &f.Options); err != nil {
			return f, fault.Internal(err)
		}
		return f, nil
	})
}

func insertField(ctx context.Context, tx *store.Tx, in id.ID, f Field) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_fields (portal_id, id, name, name_key, kind, options, required, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)`,
		in, f.ID, f.Name, fold(f.Name), f.Kind, store.TextList(f.Options), f.Required)
	return err
}

func updateField(ctx context.Context, tx *store.Tx, in id.ID, f Field) (int64, error) {
	return tx.Exec(ctx, `UPDATE projects_fields SET name = $4, name_key = $5, options = $6, required = $7, version = version + 1
		WHERE portal_id = $1 AND id = $2 AND version = $3`, in, f.ID, f.Version, f.Name, fold(f.Name), store.TextList(f.Options), f.Required)
}

func deleteField(ctx context.Context, tx *store.Tx, in, field id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM projects_fields WHERE portal_id = $1 AND id = $2`, in, field)
}

// readCustom and writeCustom turn values of own fields into their column.
func readCustom(text string) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fault.Internal(err)
	}
	return out, nil
}

func writeCustom(v map[id.ID]string) (string, error) {
	if len(v) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", fault.Internal(err)
	}
	return string(b), nil
}
