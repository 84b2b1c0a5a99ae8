// Package projects is the map of the Projects context: portals, the people and
// client companies in them, the work done there and the key that opens a portal to
// other rooms. It knows no word of CRM and nothing of HTTP, and holds no code itself.
//
// portal is the ground (people, rights, the Member badge, the outbox); work and
// servicekey stand on it; gate alone is seen by other contexts. Start at
// portal/permission.go, which says who may do what.
package projects
