package builtin

import (
	"slices"

	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
)

// Tasks is the API name of the module of things to do.
const Tasks = "Tasks"

// The statuses of a task that the program itself sets.
const (
	TaskNotStarted = "Not Started"
	TaskCompleted  = "Completed"
)

// noDay sorts tasks without a due date behind all others.
const noDay = "9999-12-31"

// TaskStatuses lists the statuses of a task in their order; only TaskCompleted is
// closed.
func TaskStatuses() []string {
	return []string{TaskNotStarted, "In Progress", "Deferred", "Waiting for Input", TaskCompleted}
}

// TaskPriorities lists the priorities of a task from the highest.
func TaskPriorities() []string { return []string{"Highest", "High", "Normal", "Low", "Lowest"} }

// openTasks and closedTasks are the related lists of whatever the field looks up.
func openTasks(of string) schema.Related {
	return schema.Related{Name: "open-tasks", Title: "crm.related.open_tasks", Module: Tasks, Field: of,
		List: []string{"Subject", "Due_Date", "Status", "Priority", "Owner"}, Only: schema.Only{Column: "closed", Value: 0}}
}

func closedTasks(of string) schema.Related {
	r := openTasks(of)
	r.Name, r.Title, r.Only.Value, r.Past = "closed-tasks", "crm.related.closed_tasks", 1, true
	return r
}

// tasks hang on a contact, an account and a deal, any or none; a program that knows
// one "what" gives the deal, or else the account.
func tasks() *schema.Module {
	fields := slices.Concat([]field.Field{
		{Name: "Subject", Type: field.Text, Max: 255, Required: true, Sort: "sort_name"},
		{Name: "Owner", Column: "owner_id", Type: field.User, Filter: true},
		{Name: "Start_Date", Type: field.Date},
		{Name: "Due_Date", Type: field.Date, Sort: "due_key"},
		{Name: "Status", Type: field.Picklist, Filter: true, Options: TaskStatuses()},
		{Name: "Priority", Type: field.Picklist, Filter: true, Options: TaskPriorities()},
		{Name: "Percent_Complete", Column: "percent", Type: field.Percent},
		{Name: "Contact_Name", Column: "contact_id", Type: field.Lookup, Module: Contacts, Filter: true},
		{Name: "Account_Name", Column: "account_id", Type: field.Lookup, Module: Accounts, Filter: true},
		{Name: "Deal_Name", Column: "deal_id", Type: field.Lookup, Module: Deals, Filter: true},
		{Name: "Description", Type: field.LongText, Max: 32000},
	}, systemFields())
	return finish(schema.Module{
		Name: Tasks, Table: "crm_tasks", Code: "t", Singular: "crm.module.task", Plural: "crm.module.tasks", Icon: "checkbox",
		NameField: "Subject", Fields: fields, DefaultSort: "Due_Date",
		List: []string{"Subject", "Due_Date", "Status", "Priority", "Account_Name", "Owner"},
		Hidden: []field.Field{
			{Name: "sort_name", Column: "sort_name", Type: field.Text}, {Name: "due_key", Column: "due_key", Type: field.Text},
			{Name: "closed", Column: "closed", Type: field.Integer},
		},
		Derive: deriveTask,
		Sections: []schema.Section{
			{Title: "crm.section.task", Fields: []string{"Subject", "Owner", "Start_Date", "Due_Date", "Status", "Priority", "Percent_Complete",
				"Contact_Name", "Account_Name", "Deal_Name"}},
			{Title: "crm.section.description", Fields: []string{"Description"}},
			{Title: "crm.section.system", Fields: []string{"Created_By", "Modified_By", "Created_Time", "Modified_Time"}},
		},
	})
}

// deriveTask gives what nobody typed; what is completed is done whole, and what is
// open again is not.
func deriveTask(v schema.Values) map[string]any {
	status, priority, due, percent := v.Text("Status"), v.Text("Priority"), v.Text("Due_Date"), v.Number("Percent_Complete")
	if status == "" {
		status = TaskNotStarted
	}
	if priority == "" {
		priority = "Normal"
	}
	if due == "" {
		due = noDay
	}
	closed := 0
	switch {
	case status == TaskCompleted:
		closed, percent = 1, 100
	case percent == 100:
		percent = 0
	}
	return map[string]any{"sort_name": field.SortKey(v.Text("Subject"), ""), "status": status, "priority": priority, "due_key": due,
		"percent": percent, "closed": int64(closed)}
}
