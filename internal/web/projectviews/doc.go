// Package projectviews are the parts that show a project's tasks, milestones and bugs,
// alike in Projects and inside CRM: the list, the form and the question before deleting.
// They hold no rule and read nothing: a page fills an Item from what its own service
// gave it.
package projectviews
