// Package access says who may do what in one CRM organisation: organisations,
// users, profiles (権限), the role tree (役職) and the sharing defaults.
//
// It makes the two badges the other rooms of crm ask for: an Actor (who, in which
// organisation, with which rights) and a Scope (which rows of a module). Both have
// private fields and a zero value that is nobody and sees nothing.
//
// It holds no record and knows no module beyond its name. Start reading at
// actor.go and scope.go, then enter.go, where badges are made.
package access
