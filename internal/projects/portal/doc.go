// Package portal holds portals and everybody in them: members with a role, client
// companies with their users, and what each may do. Every call in Projects asks
// for the Member badge made here, and every change others must hear of is
// numbered in the portal's outbox. It knows nothing of projects and tasks beyond
// the rights on them. Start at permission.go (who may do what), then member.go
// (the badge) and service.go.
package portal
