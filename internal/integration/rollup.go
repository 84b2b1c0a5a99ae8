package integration

// Sums are what the projects of one page of a list come to.
type Sums struct {
	Projects int
	Open     int
	Timed    int // whose hours the viewer sees; what follows is theirs
	Minutes  int64
	Budget   int64 // minutes, of those that have one
	Over     int   // beyond their budget
}

// Sums adds up the rows. The money is in Deals and Amount: one deal may lead to several
// projects.
func (l RelatedList) Sums() Sums {
	var out Sums
	for _, r := range l.Rows.Items {
		out.Projects++
		if !r.Closed {
			out.Open++
		}
		if !r.Rights.SeeTime {
			continue
		}
		out.Timed++
		out.Minutes += r.Minutes
		out.Budget += r.Budget
		if r.Budget > 0 && r.Minutes > r.Budget {
			out.Over++
		}
	}
	return out
}

// Used is how many percent of its budget a project has used up; 0 without one.
func (r RelatedRow) Used() int {
	if r.Budget == 0 {
		return 0
	}
	return int(r.Minutes * 100 / r.Budget)
}
