package work

import (
	"context"
	"strconv"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// TaskInput is what a task form holds. ID and Version are for updates. List zero
// is, for a new task, the default list of the project (for a client user its first
// external one), and for another the list it is in.
type TaskInput struct {
	ID          id.ID
	Version     int64
	List        id.ID
	Title       string
	Description string // rich text; sanitised HTML when read, empty in lists
	Owners      []id.ID
	Status      string
	Priority    string
	StartDate   string
	DueDate     string
	Percent     int
	// Parent is, for a new task, the one it is part of; PlaceTask puts another elsewhere.
	Parent id.ID
	// Whole closes with a task what is open below it; without, such a task stays open.
	Whole bool
}

// Task is a task as shown. Number is the printed one, like "WEB-T12", never reused.
type Task struct {
	TaskInput
	Project   portal.Ref
	Number    string
	ListName  string
	OwnerRefs []portal.Ref
	Checklist Count // its lines
	Subtasks  Count // those that are part of it directly; zero for who sees only related tasks
	ParentRef portal.Ref
	Early     bool // it starts before something it waits for ends
	Closed    bool
	External  bool
	Overdue   bool
	CreatedBy portal.Ref
	CreatedAt time.Time
	UpdatedAt time.Time
	Rights    ItemRights
}

// Tasks lists the tasks of a project that the badge sees.
func (s *Service) Tasks(ctx context.Context, as portal.Member, project id.ID, q ItemQuery) (page.Page[Task], error) {
	var none page.Page[Task]
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return none, err
	}
	o := itemOrder(q, "i.title_key", "i.due_key")
	c, err := o.at(q.Page.Cursor)
	if err != nil {
		return none, err
	}
	today := s.dayIn(as, p)
	rows, err := listTasks(ctx, s.db, st, p.ID, q, o, c, today)
	if err != nil {
		return none, err
	}
	return taskPage(ctx, s.db, as, cut(o, rows, c, q.Page.Limit(), o.taskKey), today)
}

// Task gives one task.
func (s *Service) Task(ctx context.Context, as portal.Member, project, task id.ID) (Task, error) {
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Task{}, err
	}
	row, err := findTask(ctx, s.db, st, project, task)
	if err != nil {
		return Task{}, err
	}
	out, err := finishTasks(ctx, s.db, as, []taskRow{row}, s.dayIn(as, p))
	if err != nil {
		return Task{}, err
	}
	return out[0], nil
}

// CreateTask adds a task; idem as in CreateProject.
func (s *Service) CreateTask(ctx context.Context, as portal.Member, project id.ID, idem string, in TaskInput) (Task, error) {
	made, err := s.onceInside(ctx, as, project, kindTask, idem, func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error {
		if in.Parent != 0 {
			up, err := parentOf(ctx, tx, st, project, in.Parent)
			if err != nil {
				return err
			}
			if err := roomBelow(ctx, tx, as.Portal(), project, up, 0); err != nil {
				return err
			}
			in.List = up.List
		}
		list, err := pickList(ctx, tx, st, p.ID, in.List)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActAddTask, portal.Facts{Added: true, External: list.External}); err != nil {
			return err
		}
		var t taskRow
		if err := t.take(p, in); err != nil {
			return err
		}
		if err := st.checkDoers(ctx, tx, project, "owners", nil, t.Owners); err != nil {
			return err
		}
		t.ID, t.List, t.External, t.Parent = made, list.ID, list.External, in.Parent
		if t.number, err = nextNumber(ctx, tx, as.Portal(), project, "task"); err != nil {
			return err
		}
		if err := insertTask(ctx, tx, as, project, t); err != nil {
			return err
		}
		if err := saveTask(ctx, tx, as.Portal(), project, nil, &t); err != nil {
			return err
		}
		return s.assigned(ctx, tx, as, project, KindTask, t.ID, nil, t.Owners)
	})
	if err != nil {
		return Task{}, err
	}
	return s.Task(ctx, as, project, made)
}

// UpdateTask changes the task in.ID at in.Version.
func (s *Service) UpdateTask(ctx context.Context, as portal.Member, project id.ID, in TaskInput) (Task, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		old, err := findTask(ctx, tx, st, project, in.ID)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActEditTask, old.facts(st)); err != nil {
			return err
		}
		if old.Version != in.Version {
			return stale()
		}
		t := old
		if err := t.take(p, in); err != nil {
			return err
		}
		if in.List != 0 && in.List != old.List {
			if old.Parent != 0 {
				return fault.Invalid("work.fault.invalid").Field("list", "work.fault.subtask_list")
			}
			list, err := pickList(ctx, tx, st, project, in.List)
			if err != nil {
				return err
			}
			t.List, t.External = list.ID, list.External
			if err := st.require(portal.ActAddTask, portal.Facts{Added: true, External: list.External}); err != nil {
				return err
			}
		}
		if err := st.checkDoers(ctx, tx, project, "owners", old.Owners, t.Owners); err != nil {
			return err
		}
		if err := s.withSubtasks(ctx, tx, st, project, old, t, in.Whole); err != nil {
			return err
		}
		if err := updateTask(ctx, tx, as.Portal(), t); err != nil {
			return err
		}
		if err := saveTask(ctx, tx, as.Portal(), project, &old, &t); err != nil {
			return err
		}
		if err := s.assigned(ctx, tx, as, project, KindTask, t.ID, old.Owners, t.Owners); err != nil {
			return err
		}
		return s.tellTask(ctx, tx, as, t, ChangeTaskChanged)
	})
	if err != nil {
		return Task{}, err
	}
	return s.Task(ctx, as, project, in.ID)
}

// DeleteTask deletes a task for good; its number is not given again.
func (s *Service) DeleteTask(ctx context.Context, as portal.Member, project, task id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findTask(ctx, tx, st, project, task)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActDeleteTask, old.facts(st)); err != nil {
			return err
		}
		if n := old.Subtasks.Open + old.Subtasks.Closed; n > 0 {
			return fault.Conflict("work.fault.has_subtasks").With("Count", n).WithCode("has_subtasks")
		}
		if err := saveTask(ctx, tx, as.Portal(), project, &old, nil); err != nil {
			return err
		}
		if err := deleteLinks(ctx, tx, as.Portal(), task); err != nil {
			return err
		}
		if err := deleteComments(ctx, tx, as.Portal(), task); err != nil {
			return err
		}
		if err := deleteChecklist(ctx, tx, as.Portal(), task); err != nil {
			return err
		}
		if err := deleteTask(ctx, tx, as.Portal(), task); err != nil {
			return err
		}
		return s.tellTask(ctx, tx, as, old, ChangeTaskDeleted)
	})
}

// take checks an input and puts it into the row. Closing a task makes it done,
// reopening one that was done begins it anew.
func (t *taskRow) take(p projectRow, in TaskInput) error {
	c := newCheck()
	was := t.Closed
	t.Title, t.Description = line(in.Title), rich(text(in.Description))
	t.Owners = distinct(in.Owners)
	st := c.status("status", TaskStatuses(), in.Status)
	t.Status, t.Closed = st.Key, st.Closed
	t.Priority = c.choice("priority", Priorities(), in.Priority)
	t.StartDate, t.DueDate, t.Percent = in.StartDate, in.DueDate, in.Percent
	c.name("title", t.Title, MaxText)
	c.length("description", t.Description, MaxRich)
	c.span("start_date", t.StartDate, "due_date", t.DueDate)
	c.within(p, "start_date", t.StartDate)
	c.within(p, "due_date", t.DueDate)
	if t.Percent < 0 || t.Percent > 100 {
		c.bad("percent", "work.fault.percent")
	}
	if len(t.Owners) > maxOwners {
		c.bad("owners", "work.fault.too_many_owners")
	}
	switch {
	case t.Closed:
		t.Percent = 100
	case was && t.Percent == 100:
		t.Percent = 0
	}
	return c.ok()
}

// pickList finds the list a task is to be in; zero is the first one the stance may
// add to, the default list for members.
func pickList(ctx context.Context, q store.Querier, st stance, project, list id.ID) (TaskList, error) {
	if list != 0 {
		return findTaskList(ctx, q, st, project, list)
	}
	lists, err := listTaskLists(ctx, q, st, project, 0)
	if err != nil {
		return TaskList{}, err
	}
	if len(lists) == 0 {
		return TaskList{}, forbidden(portal.ActAddTask)
	}
	return lists[0], nil
}

// saveTask keeps what is derived from a task: counters, owners and the search
// index. from or to is nil for a task that comes or goes.
func saveTask(ctx context.Context, tx *store.Tx, in, project id.ID, from, to *taskRow) error {
	d := delta{}
	var oldTitle, newTitle string
	subject := id.ID(0)
	if from != nil {
		d.count(from.item(), -1)
		if err := countInList(ctx, tx, in, from.List, from.Closed, -1); err != nil {
			return err
		}
		if err := countInParent(ctx, tx, in, from.Parent, from.Closed, -1); err != nil {
			return err
		}
		oldTitle, subject = from.titleKey, from.ID
	}
	if to != nil {
		d.count(to.item(), 1)
		if err := countInList(ctx, tx, in, to.List, to.Closed, 1); err != nil {
			return err
		}
		if err := countInParent(ctx, tx, in, to.Parent, to.Closed, 1); err != nil {
			return err
		}
		newTitle, subject = fold(to.Title), to.ID
	}
	if err := setTaskOwners(ctx, tx, in, subject, from, to); err != nil {
		return err
	}
	if err := rename(ctx, tx, in, project, kindTask, subject, oldTitle, newTitle); err != nil {
		return err
	}
	return bump(ctx, tx, in, project, d)
}

func (t taskRow) item() item {
	return item{noun: "tasks", closed: t.Closed, external: t.External, percent: t.Percent}
}

func (t taskRow) facts(st stance) portal.Facts {
	f := portal.Facts{Added: st.mine(t.CreatedBy.ID), Unassigned: len(t.Owners) == 0, External: t.External}
	for _, o := range t.Owners {
		f.Owned = f.Owned || st.mine(o)
	}
	return f
}

// finishTasks turns rows into what the badge is shown.
func finishTasks(ctx context.Context, q store.Querier, as portal.Member, rows []taskRow, today string) ([]Task, error) {
	if err := fillOwners(ctx, q, as.Portal(), rows); err != nil {
		return nil, err
	}
	var out []Task
	for _, r := range rows {
		t, st := r.Task, r.stance(as)
		t.Number = r.prefix + "-T" + strconv.FormatInt(r.number, 10)
		t.Overdue = overdue(t.Closed, t.DueDate, today)
		if st.level(portal.ActViewTask) == portal.LevelRelated {
			t.ParentRef.Name, t.Subtasks = "", Count{}
		}
		f := r.facts(st)
		t.Rights = ItemRights{Edit: st.may(portal.ActEditTask, f), Delete: st.may(portal.ActDeleteTask, f)}
		out = append(out, t)
	}
	return out, nil
}

func taskPage(ctx context.Context, q store.Querier, as portal.Member, rows page.Page[taskRow], today string) (page.Page[Task], error) {
	items, err := finishTasks(ctx, q, as, rows.Items, today)
	return page.Page[Task]{Items: items, Next: rows.Next, Prev: rows.Prev}, err
}
