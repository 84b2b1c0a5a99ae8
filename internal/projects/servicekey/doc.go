// Package servicekey issues the one key each person has, with which another room
// proves that a portal's owner let it in. A key opens the portals its person owns,
// as long as it is the current one, the person is active, and they still own the
// portal. It is found by a keyed hash and kept sealed, never in the clear. The room
// also keeps the list of who is connected to a portal. It never decides what a
// caller may do inside. Start at key.go, then verify.go.
package servicekey
