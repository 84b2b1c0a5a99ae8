// Package projectpages are the pages of the work in a portal: the home page of a
// person, the projects and their tasks, milestones and bugs. What a person may do is
// decided by projects/work; the pages show what it allows. Start at pages.go.
package projectpages
