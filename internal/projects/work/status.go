package work

import "musubi/internal/locale"

// Status is one state of a project, task, milestone or bug. Its label is the
// locale key "work.status.<noun>.<Key>"; Closed is what counting and "open" mean.
type Status struct {
	Key    string
	Closed bool
}

// builtinStatuses lists the states a project has in every portal; see
// Service.ProjectStatuses for those of one.
func builtinStatuses() []Status {
	return []Status{
		{"active", false}, {"planning", false}, {"in_progress", false}, {"on_track", false},
		{"delayed", false}, {"in_testing", false}, {"on_hold", false}, {"approved", false},
		{"completed", true}, {"cancelled", true},
	}
}

// TaskStatuses lists the states of a task; the first is the default.
func TaskStatuses() []Status {
	return []Status{
		{"open", false}, {"in_progress", false}, {"in_review", false},
		{"to_be_tested", false}, {"on_hold", false}, {"closed", true},
	}
}

// MilestoneStatuses lists the states of a milestone; the first is the default.
func MilestoneStatuses() []Status {
	return []Status{{"active", false}, {"completed", true}, {"archived", true}}
}

// BugStatuses lists the states of a bug; the first is the default.
func BugStatuses() []Status {
	return []Status{
		{"open", false}, {"in_progress", false}, {"analyzed", false}, {"assigned", false},
		{"resolved", false}, {"verified", false}, {"reopened", false}, {"closed", true},
	}
}

// Priorities lists the priorities of a task from least to most; the first is the
// default. Labels: "work.priority.<key>".
func Priorities() []string { return []string{"none", "low", "medium", "high"} }

// Severities lists the severities of a bug; the first is the default. Labels:
// "work.severity.<key>".
func Severities() []string { return []string{"none", "critical", "major", "minor", "cosmetic"} }

// Classifications lists the kinds of bug; the first is the default. Labels:
// "work.classification.<key>".
func Classifications() []string {
	return []string{"none", "security", "crash", "data_loss", "performance", "usability", "enhancement", "other"}
}

func init() {
	locale.Dynamic("work.status.")
	locale.Dynamic("work.priority.")
	locale.Dynamic("work.severity.")
	locale.Dynamic("work.classification.")
	locale.Dynamic("work.role.")
}

// closedBy finds a status by key; "" is the default one.
func closedBy(list []Status, key string) (Status, bool) {
	if key == "" {
		return list[0], true
	}
	for _, s := range list {
		if s.Key == key {
			return s, true
		}
	}
	return Status{}, false
}

// oneOf finds a word in a list; "" is the first.
func oneOf(list []string, word string) (string, bool) {
	if word == "" {
		return list[0], true
	}
	for _, w := range list {
		if w == word {
			return w, true
		}
	}
	return "", false
}
