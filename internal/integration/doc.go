// Package integration joins one CRM organisation with one portal of Projects: it
// is the only room that knows both, and it enters Projects by gate alone, with a
// service key.
//
// One row of facts per organisation says where it stands; status.go derives the
// status from it and every act is one guarded function on that row. Whatever
// follows an act (provisioning, letters, the removal of links) is a job written in
// the same transaction. No transaction spans the two rooms: a call through the
// gate is never made inside one.
//
// Start reading at status.go and service.go, then setup.go, key.go and related.go.
package integration
