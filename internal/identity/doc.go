// Package identity knows people and nothing of where they work: their address, name
// and password, how they sign in, their sessions, the one-time tokens that reset a
// password or accept an invitation, and the audit log. It makes the badge Person for
// whoever signed in; organisations and portals make their own badges from it. Start
// at person.go and service.go.
package identity
