// Package orgpages are an organisation's settings: the set-up page with its search,
// the organisation and its edition, users, and the outbox of letters. Start at pages.go.
package orgpages
