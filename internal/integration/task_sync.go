package integration

import (
	"context"
	"slices"
	"strconv"

	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// syncTask brings a tied task together. It may run twice, late, or beside itself: what
// it writes on either side rests on the versions it read, and it commits only while
// nobody else touched the tie. A portal that cannot be asked leaves the tie waiting.
func (s *Service) syncTask(ctx context.Context, j taskJob) error {
	for range 4 {
		tie, err := readTaskTie(ctx, s.p.DB, j.Org, j.Tie)
		if err != nil || tie.ID == 0 {
			return err
		}
		l, err := readLink(ctx, s.p.DB, j.Org)
		if err != nil || l.Epoch != tie.epoch || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
			return err
		}
		err = s.carryTask(ctx, l, tie, j.Gone)
		switch {
		case err == nil, fault.HasCode(err, gate.CodeKeyRejected): // which waits for the new key
			return nil
		case fault.Is(err, fault.KindStale), fault.HasCode(err, errLate.Code):
			continue // somebody saved meanwhile
		case !refused(err):
			return err
		}
		tie.State, tie.Reason = TaskFailed, plainest(err)
		return late(s.failTask(ctx, j.Org, tie))
	}
	return fault.New(fault.KindUnavailable, "integration.task.busy")
}

// failTask keeps why a tie could not be brought together and tells whoever made it.
func (s *Service) failTask(ctx context.Context, org id.ID, tie TaskTie) error {
	u, err := s.p.Access.User(ctx, s.system(org), tie.By)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	names, err := s.p.Records.Names(ctx, s.system(org), taskTab, []id.ID{tie.Task})
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := saveTaskTie(ctx, tx, org, tie); err != nil || s.p.Notices == nil {
			return err
		}
		return s.p.Notices.Post(ctx, tx, []notice.New{{Person: u.PersonID, Kind: notice.KindIntegration, Key: "notice.text.task_failed",
			Args: fault.Args{"Task": names[tie.Task]}, Path: "/crm/" + org.String() + "/" + taskTab + "/" + tie.Task.String(),
			Unique: "task_failed:" + tie.ID.String() + ":" + strconv.FormatInt(tie.version, 10), Tenant: mail.Tenant{Org: org}}})
	})
}

// plainest gives the words for one field where a fault has them.
func plainest(err error) *fault.Error {
	f := fault.As(err)
	if len(f.Fields) > 0 {
		return &fault.Error{Kind: f.Kind, Key: f.Fields[0].Key, Args: f.Fields[0].Args}
	}
	return f
}

// carryTask is one round of a tie.
func (s *Service) carryTask(ctx context.Context, l link, tie TaskTie, gone bool) error {
	if gone {
		return s.endByProject(ctx, l, tie)
	}
	rec, _, err := s.p.Records.Get(ctx, s.system(l.Org), taskTab, tie.Task)
	if fault.Is(err, fault.KindNotFound) {
		return s.endByRecord(ctx, l, tie)
	}
	if err != nil {
		return err
	}
	if tie.Item == 0 {
		if tie, err = s.makeItem(ctx, l, tie, rec); err != nil {
			return err
		}
	}
	var item gate.Task
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		item, err = g.Task(ctx, tie.Project, tie.Item)
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("integration.task.out_of_reach")
	}
	if err != nil {
		return err
	}
	if err := s.bringComments(ctx, l, tie); err != nil {
		return err
	}
	return s.bringTogether(ctx, l, tie, rec, item)
}

// makeItem makes the project's task with the rights of whoever asked for it.
func (s *Service) makeItem(ctx context.Context, l link, tie TaskTie, rec record.Record) (TaskTie, error) {
	people, err := pairsOf(ctx, s.p.DB, l, []id.ID{rec.Owner, tie.By}, nil)
	if err != nil {
		return tie, err
	}
	in, now := gate.TaskInput{}, recordTask(rec)
	for _, f := range taskFields {
		intoProject(&in, false, f, now, people)
	}
	var made gate.Task
	err = projectsRefuses(s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		made, tie.LeftOut, err = saveWithout(&in, gate.TaskInput{}, func() (gate.Task, error) {
			return g.As(people.member[tie.By]).SaveTask(ctx, idem(l, "task", tie.ID), tie.Project, in)
		})
		if err != nil {
			return err
		}
		return g.WatchTask(ctx, tie.Project, made.ID, true)
	}))
	if err != nil {
		return tie, err
	}
	tie.Item, tie.base = made.ID, taskPair{now, projectTask(made)}
	return tie, s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		err := saveTaskTie(ctx, tx, l.Org, tie)
		tie.version++
		return err
	})
}

// saveWithout saves a task; should some fields be refused, it leaves them as they were
// and says which.
func saveWithout(in *gate.TaskInput, old gate.TaskInput, save func() (gate.Task, error)) (gate.Task, *fault.Error, error) {
	out, err := save()
	f := fault.As(err)
	if f == nil || f.Kind != fault.KindInvalid || len(f.Fields) == 0 {
		return out, nil, err
	}
	for _, bad := range f.Fields {
		switch bad.Name {
		case "owners":
			in.Owners = old.Owners
		case "due_date", "start_date":
			in.StartDate, in.DueDate = old.StartDate, old.DueDate
		default:
			return out, nil, err
		}
	}
	out, err = save()
	return out, plainest(f), err
}

// bringTogether writes to each side what the other one changed.
func (s *Service) bringTogether(ctx context.Context, l link, tie TaskTie, rec record.Record, item gate.Task) error {
	now := taskPair{recordTask(rec), projectTask(item)}
	people, err := pairsOf(ctx, s.p.DB, l, []id.ID{rec.Owner}, item.Owners)
	if err != nil {
		return err
	}
	m := mergeTask(tie.base, now, sameTask(now, rec, item, people), crmLast(rec, item))
	if len(m.toProject)+len(m.toCRM) > 0 {
		tie.LeftOut = nil
	}
	notOwner := func(f string, ok bool) {
		if !ok && f == taskOwner {
			tie.LeftOut = fault.Conflict("integration.task.no_owner")
		}
	}
	if len(m.toProject) > 0 {
		in := item.TaskInput
		in.Owners = slices.Clone(item.Owners)
		for _, f := range m.toProject {
			notOwner(f, intoProject(&in, item.Closed, f, now.crm, people))
		}
		var left *fault.Error
		err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
			item, left, err = saveWithout(&in, item.TaskInput, func() (gate.Task, error) { return g.SaveTask(ctx, "", tie.Project, in) })
			return err
		})
		if err != nil {
			return err
		}
		if left != nil {
			tie.LeftOut = left
		}
		// What closing or reopening did by itself is the project's change.
		after := projectTask(item)
		for _, f := range []string{taskPercent} {
			if after[f] != now.project[f] && !slices.Contains(m.toProject, f) && !slices.Contains(m.toCRM, f) {
				m.toCRM = append(m.toCRM, f)
			}
		}
		now.project = after
	}
	change := map[string]any{}
	for _, f := range m.toCRM {
		notOwner(f, intoRecord(change, f, now.project, rec, people))
	}
	tie.State, tie.Reason, tie.SyncedAt = TaskSynced, nil, s.p.DB.Now()
	return s.p.DB.Write(context.WithValue(ctx, byTheSync{}, true), func(ctx context.Context, tx *store.Tx) error {
		if len(change) > 0 {
			after, _, err := s.p.Records.UpdateIn(ctx, tx, s.system(l.Org), taskTab, rec.ID, rec.Version, change)
			if badOwner(err) {
				delete(change, "Owner")
				tie.LeftOut = fault.Conflict("integration.task.no_owner")
				after, _, err = s.p.Records.UpdateIn(ctx, tx, s.system(l.Org), taskTab, rec.ID, rec.Version, change)
			}
			if err != nil {
				return err
			}
			now.crm = recordTask(after)
		}
		tie.base = now
		for _, c := range m.conflicts {
			if err := insertConflict(ctx, tx, l.Org, tie, c); err != nil {
				return err
			}
		}
		return saveTaskTie(ctx, tx, l.Org, tie)
	})
}

// badOwner says whether a record was refused for its owner alone: somebody who left.
func badOwner(err error) bool {
	f := fault.As(err)
	return f != nil && f.Kind == fault.KindInvalid && len(f.Fields) == 1 && f.Fields[0].Name == "Owner"
}

// endByProject ends a tie whose task was deleted in Projects: the record stays and
// says so.
func (s *Service) endByProject(ctx context.Context, l link, tie TaskTie) error {
	words, err := s.words(ctx, l.Org, "integration.task.deleted_in_projects")
	if err != nil {
		return err
	}
	return s.p.DB.Write(context.WithValue(ctx, byTheSync{}, true), func(ctx context.Context, tx *store.Tx) error {
		err := s.sayInCRM(ctx, tx, l.Org, tie.Task, words)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return err
		}
		return deleteTaskTie(ctx, tx, l.Org, tie.ID)
	})
}

// endByRecord ends a tie whose record was deleted: the project's task stays and says so.
func (s *Service) endByRecord(ctx context.Context, l link, tie TaskTie) error {
	words, err := s.words(ctx, l.Org, "integration.task.deleted_in_crm")
	if err != nil {
		return err
	}
	if err := s.sayInProject(ctx, l, tie, words); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return deleteTaskTie(ctx, tx, l.Org, tie.ID) })
}

// sayInProject ends the watch over the project's task with a word about why.
func (s *Service) sayInProject(ctx context.Context, l link, tie TaskTie, words string) error {
	if tie.Item == 0 {
		return nil
	}
	err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		if err := g.WatchTask(ctx, tie.Project, tie.Item, false); err != nil {
			return err
		}
		caller, err := s.caller(ctx, l.Org)
		if err != nil {
			return err
		}
		_, err = g.SaveTaskComment(ctx, idem(l, "task_end", tie.ID), tie.Project, tie.Item, gate.CommentInput{Body: words, AuthorName: caller.Name})
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}

// words gives a text in the organisation's language.
func (s *Service) words(ctx context.Context, org id.ID, key string) (string, error) {
	o, err := s.p.Access.Organisation(ctx, s.system(org))
	return locale.For(o.Locale, o.TimeZone).T(key), err
}
