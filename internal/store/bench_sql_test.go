package store_test

import (
	"context"
	"testing"

	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// BenchmarkStore measures what every request pays: one read by key, one small
// durable transaction (the test cluster of PostgreSQL does not wait for its disk).
func BenchmarkStore(b *testing.B) {
	ctx := context.Background()
	for _, d := range []store.Dialect{store.SQLite, store.Postgres} {
		b.Run(d.Name(), func(b *testing.B) {
			db := storetest.New(b, d, nil)
			b.Run("read", func(b *testing.B) {
				for b.Loop() {
					var n int64
					if err := db.QueryRow(ctx, readCounter, "rows").Scan(&n); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("write", func(b *testing.B) {
				for b.Loop() {
					if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.Exec(ctx, insertCounter, tx.NewID().String(), 1)
						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
