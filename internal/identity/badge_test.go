package identity_test

import (
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/identity/identitytest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestNobodyChangesAnything calls every method that takes the badge without one.
func TestNobodyChangesAnything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, identitytest.New(t, db),
			// Before anybody is signed in: they ask for a password, a token, or nothing.
			"SignIn", "SignOut", "Session", "AskReset", "ResetAllowed", "Reset", "Invitation", "Accept",
			"Empty", "StartToken", "StartAllowed", "Claim",
			// For other rooms, which check the right to their own house first.
			"Find", "Profiles", "Ensure", "Create", "Invite", "Withdraw", "Audit", "AuditLog",
			// Of the program: wiring, the command line, the periodic job.
			"OnAccept", "OnShut", "SetActive", "ResetPath", "Sweep", "Strangers",
		)
	})
}
