package portal_test

import (
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestZeroBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, projectstest.New(t, db).Portals,
			"AddHooks",      // puts the program together
			"Register",      // the same
			"System",        // makes a badge; archtest names its callers
			"CountProjects", // inside a transaction of work, which checked
			"Emit",          // the same
			"EndContracts",  // a job without a person
		)
	})
}
