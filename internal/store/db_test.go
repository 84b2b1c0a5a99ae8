package store_test

import (
	"context"
	"testing"

	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestOpenGivesMigratedDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Ping(context.Background()); err != nil {
			t.Fatal(err)
		}
		if a, b := db.NewID(), db.NewID(); a <= 0 || b != a+1 {
			t.Fatalf("ids %d, %d", a, b)
		}
	})
}
