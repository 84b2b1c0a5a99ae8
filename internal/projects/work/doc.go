// Package work is what a portal is for: projects with their members, clients and
// groups, and in them task lists, tasks, milestones and bugs. Every method takes a
// portal.Member; what it may see is rendered into the query (visible_sql.go), what
// it may do is decided by its stance in the project (stance.go) from the one
// permission table of portal. It knows no HTTP and nothing of CRM. Start at
// project.go; each noun has its rules in <noun>.go and its SQL in <noun>_sql.go.
package work
