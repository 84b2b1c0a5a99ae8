package access_test

import (
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestNothingAnswersWithoutABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, accesstest.New(t, db).Access,
			"AddHooks", // while the program is put together
			"System",   // makes a badge; archtest names its callers, and zero makes nobody's
		)
	})
}
