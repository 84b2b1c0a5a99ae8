package integration

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// What a task of the CRM and one of a project share. Each side keeps its own spelling
// of a value; a side changed when its spelling differs from the one it had when both
// were last brought together. So what one side cannot say exactly never echoes.
const (
	taskTitle       = "title"
	taskDescription = "description"
	taskStart       = "start"
	taskDue         = "due"
	taskPriority    = "priority"
	taskClosed      = "closed"
	taskPercent     = "percent"
	taskOwner       = "owner"
)

// taskFields lists them in the order they are brought over: the state before the
// percentage, which follows it.
var taskFields = []string{taskTitle, taskDescription, taskStart, taskDue, taskPriority, taskClosed, taskPercent, taskOwner}

// maxTaskTitle is the longest title Projects takes, in characters.
const maxTaskTitle = 250

// taskValues are one side's values by field.
type taskValues map[string]string

func recordTask(r record.Record) taskValues {
	v := r.Values
	return taskValues{taskTitle: r.Name, taskDescription: lines(v.Text("Description")), taskStart: v.Text("Start_Date"), taskDue: v.Text("Due_Date"),
		taskPriority: v.Text("Priority"), taskClosed: strconv.FormatBool(v.Text("Status") == builtin.TaskCompleted),
		taskPercent: strconv.FormatInt(v.Number("Percent_Complete"), 10), taskOwner: r.Owner.String()}
}

func projectTask(t gate.Task) taskValues {
	owners := make([]string, len(t.Owners))
	for i, o := range slices.Sorted(slices.Values(t.Owners)) {
		owners[i] = o.String()
	}
	return taskValues{taskTitle: t.Title, taskDescription: lines(gate.Plain(t.Description)), taskStart: t.StartDate, taskDue: t.DueDate,
		taskPriority: t.Priority, taskClosed: strconv.FormatBool(t.Closed), taskPercent: strconv.Itoa(t.Percent), taskOwner: strings.Join(owners, ",")}
}

func lines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// TaskConflict is a field both sides had changed, what they held, and whose value
// stayed: the later one's.
type TaskConflict struct {
	Field   string
	CRM     string
	Project string
	Winner  string // SideCRM or SideProject
	At      time.Time
}

// The sides of a conflict.
const (
	SideCRM     = "crm"
	SideProject = "project"
)

// taskMerge says which fields go which way.
type taskMerge struct {
	toProject []string
	toCRM     []string
	conflicts []TaskConflict
}

// mergeTask compares both sides with what they held before. Of a field both changed,
// the side that changed last wins, unless both say the same.
func mergeTask(was, now taskPair, same func(field string) bool, crmLast bool) taskMerge {
	var m taskMerge
	for _, f := range taskFields {
		crm, project := now.crm[f] != was.crm[f], now.project[f] != was.project[f]
		switch {
		case crm && project && same(f):
		case crm && project:
			c := TaskConflict{Field: f, CRM: now.crm[f], Project: now.project[f], Winner: SideProject}
			if crmLast {
				c.Winner = SideCRM
				m.toProject = append(m.toProject, f)
			} else {
				m.toCRM = append(m.toCRM, f)
			}
			m.conflicts = append(m.conflicts, c)
		case crm:
			m.toProject = append(m.toProject, f)
		case project:
			m.toCRM = append(m.toCRM, f)
		}
	}
	return m
}

// taskPair is both sides' values.
type taskPair struct{ crm, project taskValues }

// taskPeople translates owners: users of the organisation and members of the portal.
type taskPeople struct {
	member map[id.ID]id.ID // by user
	user   map[id.ID]id.ID // by member
}

// Priorities of both sides; several of the CRM are one in Projects.
var (
	toProjectPriority = map[string]string{"Highest": "high", "High": "high", "Normal": "medium", "Low": "low", "Lowest": "low"}
	toRecordPriority  = map[string]string{"high": "High", "medium": "Normal", "low": "Low", "none": "Normal"}
)

// intoProject puts a value of the CRM into a task of a project; false when Projects
// has no word for it.
func intoProject(in *gate.TaskInput, closed bool, field string, v taskValues, p taskPeople) bool {
	switch field {
	case taskTitle:
		in.Title = string([]rune(v[field])[:min(len([]rune(v[field])), maxTaskTitle)])
	case taskDescription:
		in.Description = v[field]
	case taskStart:
		in.StartDate = v[field]
	case taskDue:
		in.DueDate = v[field]
	case taskPriority:
		in.Priority = toProjectPriority[v[field]]
	case taskClosed:
		if want := v[field] == "true"; want != closed {
			in.Status = taskStatus(want)
		}
	case taskPercent:
		in.Percent, _ = strconv.Atoi(v[field])
	case taskOwner:
		user, _ := id.Parse(v[field])
		member := p.member[user]
		if member == 0 {
			return false
		}
		if !slices.Contains(in.Owners, member) {
			in.Owners = []id.ID{member}
		}
	}
	return true
}

// taskStatus gives the state of a task of a project that means closed, or open.
func taskStatus(closed bool) string {
	if closed {
		return gate.TaskClosed
	}
	return gate.TaskStatuses()[0]
}

// intoRecord puts a value of a project's task into what changes of the record; false
// when the CRM has no word for it.
func intoRecord(out map[string]any, field string, v taskValues, rec record.Record, p taskPeople) bool {
	switch field {
	case taskTitle:
		out["Subject"] = v[field]
	case taskDescription:
		out["Description"] = v[field]
	case taskStart:
		out["Start_Date"] = v[field]
	case taskDue:
		out["Due_Date"] = v[field]
	case taskPriority:
		if toProjectPriority[rec.Values.Text("Priority")] != v[field] {
			out["Priority"] = toRecordPriority[v[field]]
		}
	case taskClosed:
		done := rec.Values.Text("Status") == builtin.TaskCompleted
		if v[field] == "true" && !done {
			out["Status"] = builtin.TaskCompleted
		} else if v[field] == "false" && done {
			out["Status"] = builtin.TaskNotStarted
		}
	case taskPercent:
		out["Percent_Complete"] = v[field]
	case taskOwner:
		var users []id.ID
		for _, text := range strings.Split(v[field], ",") {
			member, _ := id.Parse(text)
			if user := p.user[member]; user != 0 {
				users = append(users, user)
			}
		}
		if slices.Contains(users, rec.Owner) || v[field] == "" {
			return true // the CRM has one owner, who is among them, and always has one
		}
		if len(users) == 0 {
			return false
		}
		out["Owner"] = users[0]
	}
	return true
}

// sameTask says whether both sides' values of a field mean the same.
func sameTask(now taskPair, rec record.Record, t gate.Task, p taskPeople) func(string) bool {
	return func(field string) bool {
		in := t.TaskInput
		in.Owners = slices.Clone(t.Owners)
		if !intoProject(&in, t.Closed, field, now.crm, p) {
			return false
		}
		there := projectTask(gate.Task{TaskInput: in, Closed: in.Status == gate.TaskClosed})
		return there[field] == now.project[field]
	}
}

// crmLast says whether the record changed after the project's task.
func crmLast(rec record.Record, t gate.Task) bool {
	return rec.Values.Number("Modified_Time") >= t.ModifiedAt
}

// taskTab is the module of the CRM's tasks.
const taskTab = access.TabTasks
