// Package accountpages are the pages of a person's own account: sign-in and
// sign-out, a forgotten password, accepting an invitation, the first start of an
// installation, and /me with name, language, time zone, password and sessions.
// It holds no rule; identity decides. Start reading at pages.go.
package accountpages
