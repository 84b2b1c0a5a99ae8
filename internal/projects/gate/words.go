package gate

import "musubi/internal/projects/work"

// The words below are those of Projects; their labels are locale keys of work. They
// are the same in every portal, so no call is needed. The statuses of projects are not:
// see Options.

// StatusActive is the state of a project that goes on; every portal has it.
const StatusActive = "active"

// StatusOnHold is the state of a project that waits; every portal has it.
const StatusOnHold = "on_hold"

// TaskClosed is the state of a task that is done.
const TaskClosed = "closed"

// TaskStatuses lists the states of a task; the first is the default.
func TaskStatuses() []string { return statusKeys(work.TaskStatuses()) }

// MilestoneStatuses lists the states of a milestone; the first is the default.
func MilestoneStatuses() []string { return statusKeys(work.MilestoneStatuses()) }

// BugStatuses lists the states of a bug; the first is the default.
func BugStatuses() []string { return statusKeys(work.BugStatuses()) }

// Priorities lists the priorities of a task from least to most.
func Priorities() []string { return work.Priorities() }

// Severities lists the severities of a bug; the first is the default.
func Severities() []string { return work.Severities() }

// Plain gives stored rich text as plain text, for a plain text box.
func Plain(rich string) string { return work.Plain(rich) }

func statusKeys(list []work.Status) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Key
	}
	return out
}
