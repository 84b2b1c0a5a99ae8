// Package portalpages are the pages of a portal's people and settings: clients, users,
// the service key, the owner. What a person may do is decided by portal and servicekey;
// the pages show what those allow. Start at pages.go.
package portalpages
