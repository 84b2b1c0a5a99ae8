package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Sort columns of tasks and bugs; milestones know SortDue (their end) and SortTitle.
const (
	SortNumber = "number"
	SortDue    = "due"
	SortTitle  = "title"
)

// ItemQuery filters the tasks, milestones or bugs of one project. Status is "",
// "open", "closed" or a status key; Owner one who is to do it; Sort "" is by
// number, for milestones by end date.
type ItemQuery struct {
	Status  string
	Owner   id.ID
	Mine    bool
	Overdue bool
	List    id.ID // tasks only
	Search  string
	Sort    string
	Desc    bool
	Page    page.Request
}

// doer gives whose items are asked for, 0 for anybody's; nobody's when the badge
// that asks for its own has no id.
func (q ItemQuery) doer(as portal.Member) (id.ID, bool) {
	if !q.Mine {
		return q.Owner, true
	}
	return as.ID(), as.ID() != 0 && (q.Owner == 0 || q.Owner == as.ID())
}

// write adds the filters every kind of item has to a query over the alias i.
func (q ItemQuery) write(b *store.Builder, dueCol, today string) {
	switch q.Status {
	case "":
	case "open", "closed":
		b.W(` AND i.closed = `, b.Arg(q.Status == "closed"))
	default:
		b.W(` AND i.status = `, b.Arg(q.Status))
	}
	if q.Overdue {
		b.W(` AND i.closed = 0 AND `, dueCol, ` < `, b.Arg(today))
	}
}

// overdue says whether something open should have been done before today.
func overdue(closed bool, due, today string) bool { return !closed && due != "" && due < today }

// mayAssign says whether the badge may turn one set of doers into another: who may
// assign to others freely, who may not only themselves, in or out.
func (st stance) mayAssign(before, after []id.ID) bool {
	level := st.level(portal.ActAssignTask)
	if level == portal.LevelAll {
		return true
	}
	for _, n := range append(without(before, after), without(after, before)...) {
		if level != portal.LevelSelf || !st.mine(n) {
			return false
		}
	}
	return true
}

// without gives what is in a and not in b.
func without(a, b []id.ID) []id.ID {
	in := make(map[id.ID]bool, len(b))
	for _, n := range b {
		in[n] = true
	}
	var out []id.ID
	for _, n := range a {
		if !in[n] {
			out = append(out, n)
		}
	}
	return out
}

// checkDoers checks that the badge may make this change of doers and that the new
// ones can work in the project.
func (st stance) checkDoers(ctx context.Context, tx *store.Tx, project id.ID, field string, before, after []id.ID) error {
	if !st.mayAssign(before, after) {
		return forbidden(portal.ActAssignTask)
	}
	fresh := without(after, before)
	if len(fresh) == 0 {
		return nil
	}
	able, err := listAssignable(ctx, tx, st.as.Portal(), project, fresh)
	if err != nil {
		return err
	}
	if len(able) != len(fresh) {
		return fault.Invalid("work.fault.invalid").Field(field, "work.fault.not_in_project")
	}
	return nil
}

// one gives a list of the id, or of nobody.
func one(n id.ID) []id.ID {
	if n == 0 {
		return nil
	}
	return []id.ID{n}
}
