package access

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Scope says which rows of a module a badge may see or change. It is made by
// Service.Scope alone; the zero value matches no row.
type Scope struct {
	org  id.ID
	user id.ID
	role id.ID
	all  bool
	// below are the users whose records lie below, when they are few enough to list;
	// one more than maxListed says that there are more.
	below []id.ID
}

// maxListed is how many subordinates a badge names one by one.
const maxListed = 50

// Org gives the tenant whose rows the scope lies in; zero matches none.
func (s Scope) Org() id.ID { return s.org }

// All says whether every row of the organisation is inside.
func (s Scope) All() bool { return s.org != 0 && s.all }

// Few says whether the scope names its owners one by one, so that their index serves it.
func (s Scope) Few() bool { return s.org != 0 && !s.all && len(s.below) <= maxListed }

// Scope gives the rows of the module on which the badge has the right. It refuses
// a badge without the right in the tab at all. Create has no rows to choose from
// and is no business of a scope.
func (s *Service) Scope(_ context.Context, as Actor, module string, right Right) (Scope, error) {
	if err := as.Require(module, right); err != nil {
		return Scope{}, err
	}
	if right == Create {
		return Scope{}, fault.Internalf("a scope for creating in %s was asked for", module)
	}
	return as.scope(module, right), nil
}

// SeesAll says whether the badge sees everybody's records in a tab.
func (a Actor) SeesAll(module string) bool { return a.Can(module, View) && a.scope(module, View).all }

func (a Actor) scope(module string, right Right) Scope {
	all := a.admin || a.System() || a.share[module].opens(right)
	return Scope{org: a.org.ID, user: a.user.ID, role: a.user.RoleID, all: all, below: a.below}
}
