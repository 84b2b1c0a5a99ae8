package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// TaskView is what a task of the CRM shows of the project it is tied to, or could be.
type TaskView struct {
	State     ListState // StateRows unless Projects does not answer this person
	Reason    *fault.Error
	Tie       TaskTie // zero without one
	Project   gate.Ref
	Number    string // of the project's task, where the viewer sees it
	Conflicts []TaskConflict
	Offers    []gate.Ref // projects it could be added to
	MayChange bool
}

// Bounds of what a task shows.
const (
	shownConflicts = 20
	maxTaskOffers  = 50
)

// TaskOf gives the view of a task; StateHidden where the person has no projects.
func (s *Service) TaskOf(ctx context.Context, as access.Actor, task id.ID) (TaskView, error) {
	l, r, err := s.standing(ctx, as)
	if err != nil {
		return TaskView{}, err
	}
	out := TaskView{State: StateHidden}
	if !r.Shown() {
		return out, nil
	}
	rec, _, err := s.p.Records.Get(ctx, as, taskTab, task)
	if err != nil {
		return out, err
	}
	rights, err := s.p.Records.Rights(ctx, as, taskTab, task)
	if err != nil {
		return out, err
	}
	out.MayChange, out.State = rights.Edit, StateRows
	if out.Tie, err = taskTieOf(ctx, s.p.DB, l, "task_id", task); err != nil {
		return out, err
	}
	if err := r.refusal(); err != nil {
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	if out.Tie.ID != 0 {
		return s.tiedTask(ctx, l, r, out)
	}
	if out.MayChange && r.Modules[ModuleTasks].Create {
		out.Offers, out.State, out.Reason, err = s.taskOffers(ctx, as, rec)
	}
	return out, err
}

// tiedTask names the project's task, where the person sees it.
func (s *Service) tiedTask(ctx context.Context, l link, r Rights, out TaskView) (TaskView, error) {
	err := s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
		project, err := p.Project(ctx, out.Tie.Project)
		if err != nil {
			return err
		}
		out.Project = gate.Ref{ID: project.ID, Name: project.Name}
		if out.Tie.Item == 0 {
			return nil
		}
		item, err := p.Task(ctx, out.Tie.Project, out.Tie.Item)
		out.Number = item.Number
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return out, nil // nor is what the project held for them
	}
	if err != nil {
		out.State, out.Reason = stateOf(err)
		return out, nil
	}
	out.Conflicts, err = conflictsOf(ctx, s.p.DB, l.Org, out.Tie.ID, shownConflicts)
	return out, err
}

// taskOffers lists the projects of the records a task is about, to which the person may
// add tasks.
func (s *Service) taskOffers(ctx context.Context, as access.Actor, rec record.Record) ([]gate.Ref, ListState, *fault.Error, error) {
	var out []gate.Ref
	seen := map[id.ID]bool{}
	for _, f := range []struct{ field, module string }{
		{"Deal_Name", access.TabDeals}, {"Account_Name", access.TabAccounts}, {"Contact_Name", access.TabContacts},
	} {
		n := rec.Lookup(f.field)
		if n == 0 || !as.Can(f.module, access.View) {
			continue
		}
		list, err := s.RelatedList(ctx, as, f.module, n, ListQuery{Status: "open", Sort: gate.SortName, Page: page.Request{Size: maxTaskOffers}})
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, StateRows, nil, err
		}
		if list.Reason != nil {
			return nil, list.State, list.Reason, nil
		}
		for _, row := range list.Rows.Items {
			if row.Rights.AddTask && !seen[row.ID] {
				seen[row.ID] = true
				out = append(out, gate.Ref{ID: row.ID, Name: row.Name})
			}
		}
	}
	return out, StateRows, nil, nil
}

// editableTask gives a task the person may change, with the link.
func (s *Service) editableTask(ctx context.Context, as access.Actor, task id.ID) (link, Rights, error) {
	l, r, err := s.enterModule(ctx, as, ModuleTasks, access.View)
	if err != nil {
		return l, r, err
	}
	rights, err := s.p.Records.Rights(ctx, as, taskTab, task)
	if err == nil && !rights.Edit {
		err = fault.Forbidden("crm.fault.no_edit").WithCode("no_right")
	}
	return l, r, err
}

// AddToProject makes a task of a project of a task of the CRM, and keeps both the same
// from now on. The project's task is made by a job with the rights of the person; it is
// tried at once.
func (s *Service) AddToProject(ctx context.Context, as access.Actor, task, project id.ID) error {
	l, r, err := s.editableTask(ctx, as, task)
	if err != nil {
		return err
	}
	if !r.Modules[ModuleTasks].Create {
		return gridRefuses(access.Create)
	}
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
		found, err := p.Project(ctx, project)
		if err == nil && !found.Rights.AddTask {
			err = fault.Forbidden("integration.task.no_add").WithCode("no_add_task")
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.tieTask(ctx, as, l, TaskTie{Task: task, Project: project, By: as.User()})
}

// tieTask writes a tie and has it brought together at once, as far as a page may wait.
func (s *Service) tieTask(ctx context.Context, as access.Actor, l link, t TaskTie) error {
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.p.Records.Visible(ctx, tx, as, taskTab, t.Task); err != nil {
			return err
		}
		t.ID = tx.NewID()
		first, err := insertTaskTie(ctx, tx, l, t)
		if err == nil && !first {
			err = alreadyTied()
		}
		if err != nil {
			return err
		}
		return s.queueTask(ctx, tx, l.Org, t.ID)
	})
	if err != nil {
		return err
	}
	s.tryTask(ctx, l.Org, t.ID)
	return nil
}

// tryTask does at once what the queued job does too, within what a person waits for;
// what goes wrong is the job's to tell.
func (s *Service) tryTask(ctx context.Context, org, tie id.ID) {
	ctx, stop := context.WithTimeout(ctx, 2*s.p.PageWait)
	defer stop()
	if err := s.syncTask(ctx, taskJob{Org: org, Tie: tie}); err != nil {
		s.p.Log.InfoContext(ctx, "a task waits for its job", "tie", tie, "error", err)
	}
}

func alreadyTied() error { return fault.Conflict("integration.task.already").WithCode("already_tied") }

// UntieTask ends a tie; both tasks stay.
func (s *Service) UntieTask(ctx context.Context, as access.Actor, task id.ID) error {
	l, _, err := s.editableTask(ctx, as, task)
	if err != nil {
		return err
	}
	tie, err := taskTieOf(ctx, s.p.DB, l, "task_id", task)
	if err != nil || tie.ID == 0 {
		return err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return deleteTaskTie(ctx, tx, l.Org, tie.ID) })
	if err != nil || tie.Item == 0 {
		return err
	}
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error { return g.WatchTask(ctx, tie.Project, tie.Item, false) })
	if err != nil { // it goes on telling what nobody asks for
		s.p.Log.InfoContext(ctx, "a task is still watched", "task", tie.Item, "error", err)
	}
	return nil
}

// RetryTask has a tie brought together now.
func (s *Service) RetryTask(ctx context.Context, as access.Actor, task id.ID) error {
	l, _, err := s.editableTask(ctx, as, task)
	if err != nil {
		return err
	}
	tie, err := taskTieOf(ctx, s.p.DB, l, "task_id", task)
	if err != nil || tie.ID == 0 {
		return err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.queueTask(ctx, tx, l.Org, tie.ID) })
	if err == nil {
		s.tryTask(ctx, l.Org, tie.ID)
	}
	return err
}

// TaskQueueRow is a tie that waits or failed.
type TaskQueueRow struct {
	TaskTie
	Subject string // of the CRM's task
}

// TaskQueue lists ties of a state, the latest first. Administrators only.
func (s *Service) TaskQueue(ctx context.Context, as access.Actor, state string, r page.Request) (page.Page[TaskQueueRow], error) {
	var out page.Page[TaskQueueRow]
	if err := admin(as); err != nil {
		return out, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return out, err
		}
	}
	l, err := readLink(ctx, s.p.DB, as.Org())
	if err != nil {
		return out, err
	}
	list, err := taskTies(ctx, s.p.DB, l, state, before, r.Limit()+1)
	if err != nil {
		return out, err
	}
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	var ids []id.ID
	for _, t := range list {
		ids = append(ids, t.Task)
	}
	names := map[id.ID]string{}
	if len(ids) > 0 {
		if names, err = s.p.Records.Names(ctx, as, taskTab, ids); err != nil {
			return out, err
		}
	}
	for _, t := range list {
		out.Items = append(out.Items, TaskQueueRow{t, names[t.Task]})
	}
	return out, nil
}

// RetryTasks has all ties of the organisation that failed brought together.
// Administrators only.
func (s *Service) RetryTasks(ctx context.Context, as access.Actor) error {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := waitTasks(ctx, tx, l, "state", TaskFailed); err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, tendJob{Org: l.Org})
	})
}
