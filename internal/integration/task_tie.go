package integration

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// States of a task tie.
const (
	TaskWaiting = "waiting"
	TaskSynced  = "synced"
	TaskFailed  = "failed"
)

// TaskTie is a task of the CRM that is kept the same as a task of a project. Reason
// says why bringing them together failed, LeftOut what one side would not take.
type TaskTie struct {
	ID       id.ID
	Task     id.ID // the record
	Project  id.ID
	Item     id.ID // the project's task; zero until it is made
	State    string
	Reason   *fault.Error
	LeftOut  *fault.Error
	By       id.ID
	At       time.Time
	SyncedAt time.Time

	epoch   int64
	version int64
	base    taskPair
}

// taskJob brings a tied task together. Gone says that the project's task was deleted.
type taskJob struct {
	Org  id.ID `json:"org"`
	Tie  id.ID `json:"tie"`
	Gone bool  `json:"gone"`
}

// Kind names the job in the queue.
func (taskJob) Kind() string { return "integration.task" }

// byTheSync marks what the sync itself does, so that nothing it writes echoes.
type byTheSync struct{}

// queueTask has a tie brought together with the change that calls for it.
func (s *Service) queueTask(ctx context.Context, tx *store.Tx, org, tie id.ID) error {
	if ctx.Value(byTheSync{}) != nil {
		return nil
	}
	if err := waitTask(ctx, tx, org, tie); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, taskJob{Org: org, Tie: tie})
}

// taskTouched queues the tie of a record of the CRM, if it has one.
func (s *Service) taskTouched(ctx context.Context, tx *store.Tx, l link, module string, rec id.ID) error {
	if module != taskTab || l.Epoch == 0 {
		return nil
	}
	tie, err := taskTieOf(ctx, tx, l, "task_id", rec)
	if err != nil || tie.ID == 0 {
		return err
	}
	return s.queueTask(ctx, tx, l.Org, tie.ID)
}

// itemTouched queues the tie of a project's task that changed or is gone.
func (s *Service) itemTouched(ctx context.Context, tx *store.Tx, l link, item id.ID, gone bool) error {
	tie, err := taskTieOf(ctx, tx, l, "item_id", item)
	if err != nil || tie.ID == 0 {
		return err
	}
	if !gone {
		return s.queueTask(ctx, tx, l.Org, tie.ID)
	}
	return s.p.Queue.Insert(ctx, tx, taskJob{Org: l.Org, Tie: tie.ID, Gone: true})
}

// projectBack queues the ties into a project that came out of the bin.
func (s *Service) projectBack(ctx context.Context, tx *store.Tx, l link, project id.ID) error {
	if err := waitTasks(ctx, tx, l, "project_id", project); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, tendJob{Org: l.Org})
}

// NoteHook brings the notes of tied tasks over.
func (s *Service) NoteHook(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID) error {
	if module != taskTab {
		return nil
	}
	l, err := readLink(ctx, tx, org)
	if err != nil {
		return err
	}
	return s.taskTouched(ctx, tx, l, module, of)
}

// sweepTasks queues again what waits: the portal could not be asked, or whoever worked
// on it did not live to finish.
func (s *Service) sweepTasks(ctx context.Context, org id.ID) error {
	l, err := readLink(ctx, s.p.DB, org)
	if err != nil || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
		return err
	}
	old, err := waitingTasks(ctx, s.p.DB, l, s.p.DB.Now().Add(-intentPatience), 500)
	if err != nil || len(old) == 0 {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, tie := range old {
			if err := s.p.Queue.Insert(ctx, tx, taskJob{Org: org, Tie: tie}); err != nil {
				return err
			}
		}
		return nil
	})
}
