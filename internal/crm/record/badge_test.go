package record_test

import (
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/crmtest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestNothingAnswersWithoutABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		if list := w.Records.Modules(w.Access.System(0, "")); len(list) != 0 {
			t.Errorf("nobody sees %d modules", len(list))
		}
		badgetest.Run(t, w.Records,
			"AddHook", "Register", // while the program is put together
			"Modules",                                                 // refuses nobody anything: it lists what may be seen, nothing above
			"SetCaps", "SetMergeCap", "SetPurgeCap", "Plans", "Reads") // of these tests alone
	})
}
