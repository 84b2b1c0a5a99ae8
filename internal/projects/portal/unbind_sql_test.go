package portal_test

import (
	"context"
	"testing"

	"musubi/internal/id"
	"musubi/internal/store"
)

// unbind makes somebody known by address alone, as an import leaves them.
func unbind(t *testing.T, db *store.DB, portal, member id.ID) {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE projects_people SET person_id = NULL WHERE portal_id = $1 AND id = $2`,
			portal, member); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE projects_memberships SET person_id = NULL WHERE portal_id = $1 AND member_id = $2`,
			portal, member)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
