// Package portalpages are the pages of a portal: its home, projects with their work,
// clients and users, and the settings with the service key. What a person may do is
// decided by portal and work; the pages show what those allow. Start at pages.go.
package portalpages
