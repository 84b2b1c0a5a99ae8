package servicekey_test

import (
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestZeroBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, projectstest.New(t, db).Keys,
			"AddHooks",   // puts the program together
			"Disconnect", // only takes away; the gate vouches for the caller
		)
	})
}
