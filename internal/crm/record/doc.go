// Package record is the one pipeline every record of every module goes through:
// right, forbidden input, parse and validate, row and look-up rights, derived values,
// then the write with its timeline, search index and hooks in one transaction. Every
// query carries the tenant and the scope of the badge. It knows modules only by their
// description (schema). Start at service.go, then create.go.
package record
