package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// TaskCard is what one organisation's CRM offers to somebody who looks at a task in
// Projects: the task of the CRM it is tied to, or the accounts and deals to which it
// can be added there.
type TaskCard struct {
	Org       id.ID
	OrgName   string
	Tie       TaskTie   // zero without one
	Task      RecordRef // the CRM's task, where the viewer sees it
	Conflicts []TaskConflict
	Mapped    []RecordRef // accounts joined with a client of the project
	Unmapped  []RecordRef // accounts of the same name as a client, not joined
	Deals     []RecordRef // associated with the project
	Edit      bool        // the viewer may edit the task in Projects
}

// Offers says whether there is something to add the task to.
func (c TaskCard) Offers() bool { return len(c.Mapped)+len(c.Deals) > 0 }

// Tied says whether the task is kept the same as one of the organisation.
func (c TaskCard) Tied() bool { return c.Tie.ID != 0 }

// cardActor is somebody of Projects as the CRM of one organisation knows them.
type cardActor struct {
	as access.Actor
	l  link
	r  Rights
}

// cardActors gives the organisations joined to the portal in which the person may make
// tasks and see projects.
func (s *Service) cardActors(ctx context.Context, who identity.Person, portal id.ID, org id.ID) ([]cardActor, error) {
	if err := who.Require(); err != nil {
		return nil, err
	}
	orgs, err := boundOrgs(ctx, s.p.DB, portal, 0, maxCardOrgs)
	if err != nil {
		return nil, err
	}
	var out []cardActor
	for _, o := range orgs {
		if org != 0 && o != org {
			continue
		}
		as, err := s.p.Access.Enter(ctx, who, o)
		if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l, r, err := s.standing(ctx, as)
		if err != nil {
			return nil, err
		}
		if r.Open() && as.Can(taskTab, access.View) && r.Modules[ModuleTasks].View {
			out = append(out, cardActor{as, l, r})
		}
	}
	return out, nil
}

// TaskCards gives what the CRMs joined to the portal offer for a task of a project.
func (s *Service) TaskCards(ctx context.Context, who identity.Person, portal, project, task id.ID) ([]TaskCard, error) {
	actors, err := s.cardActors(ctx, who, portal, 0)
	if err != nil {
		return nil, err
	}
	var out []TaskCard
	for _, a := range actors {
		card, err := s.taskCard(ctx, a, project, task)
		if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if card.Tied() || card.Offers() {
			out = append(out, card)
		}
	}
	return out, nil
}

// CanAddToCRM says whether a task of the project can be added to some CRM by the
// person.
func (s *Service) CanAddToCRM(ctx context.Context, who identity.Person, portal, project id.ID) (bool, error) {
	cards, err := s.TaskCards(ctx, who, portal, project, 0)
	return slices.ContainsFunc(cards, TaskCard.Offers), err
}

func (s *Service) taskCard(ctx context.Context, a cardActor, project, task id.ID) (TaskCard, error) {
	card := TaskCard{Org: a.as.Org(), OrgName: a.as.Organisation().Name}
	v, err := s.Project(ctx, a.as, project)
	if err != nil {
		return card, err
	}
	if task != 0 {
		item, err := s.Task(ctx, a.as, project, task)
		if err != nil {
			return card, err
		}
		card.Edit = item.Rights.Edit
		if card.Tie, err = taskTieOf(ctx, s.p.DB, a.l, "item_id", task); err != nil {
			return card, err
		}
	}
	if card.Tied() {
		refs, err := s.visible(ctx, a.as, taskTab, []id.ID{card.Tie.Task})
		if err == nil && len(refs) == 1 {
			card.Task = refs[0]
			card.Conflicts, err = conflictsOf(ctx, s.p.DB, card.Org, card.Tie.ID, shownConflicts)
		}
		return card, err
	}
	if !a.as.Can(taskTab, access.Create) || task != 0 && !card.Edit {
		return card, nil
	}
	for _, r := range v.Records {
		switch r.Module {
		case access.TabAccounts:
			card.Mapped = append(card.Mapped, r)
		case access.TabDeals:
			card.Deals = append(card.Deals, r)
		}
	}
	card.Unmapped, err = s.namesakes(ctx, a.as, v.Project.Clients, card.Mapped)
	return card, err
}

// namesakes gives the accounts that have the name of a client and are not joined.
func (s *Service) namesakes(ctx context.Context, as access.Actor, clients []gate.Ref, joined []RecordRef) ([]RecordRef, error) {
	if len(clients) == 0 || !as.Can(access.TabAccounts, access.View) {
		return nil, nil
	}
	var keys []string
	for _, c := range clients {
		keys = append(keys, record.NameKey(c.Name))
	}
	found, err := s.p.Records.FindAccounts(ctx, s.p.DB, as, keys)
	if err != nil {
		return nil, err
	}
	var ids []id.ID
	for _, list := range found {
		for _, n := range list {
			if !slices.ContainsFunc(joined, func(r RecordRef) bool { return r.ID == n }) && !slices.Contains(ids, n) {
				ids = append(ids, n)
			}
		}
	}
	slices.Sort(ids)
	return s.visible(ctx, as, access.TabAccounts, ids)
}

// AddToCRM makes a task of the CRM of a task of a project, on an account or deal the
// card offers, and keeps both the same from now on. It takes the right to edit the task
// in Projects.
func (s *Service) AddToCRM(ctx context.Context, who identity.Person, portal, project, task, org id.ID, on RecordRef) error {
	actors, err := s.cardActors(ctx, who, portal, org)
	if err != nil {
		return err
	}
	if len(actors) == 0 {
		return fault.NotFound("integration.fault.no_record")
	}
	a := actors[0]
	card, err := s.taskCard(ctx, a, project, task)
	if err != nil {
		return err
	}
	if card.Tied() {
		return alreadyTied()
	}
	if !card.Edit { // or else they would edit it by way of the CRM
		return fault.Forbidden("integration.task.no_edit").WithCode("no_edit_task")
	}
	offered := slices.Concat(card.Mapped, card.Unmapped, card.Deals)
	if !slices.ContainsFunc(offered, func(r RecordRef) bool { return r.Module == on.Module && r.ID == on.ID }) {
		return fault.Invalid("integration.task.choose").Field("record", "integration.task.choose")
	}
	item, err := s.Task(ctx, a.as, project, task)
	if err != nil {
		return err
	}
	people, err := pairsOf(ctx, s.p.DB, a.l, nil, item.Owners)
	if err != nil {
		return err
	}
	values, err := s.taskRecord(ctx, a.as, item, people, on)
	if err != nil {
		return err
	}
	var tie TaskTie
	err = s.pageCall(ctx, a.l, func(ctx context.Context, g gate.Session) error { return g.WatchTask(ctx, project, task, true) })
	if err != nil {
		return err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		made, problems, err := s.p.Records.CreateMany(ctx, tx, a.as, taskTab, []map[string]any{values})
		if err == nil && badOwner(problems[0]) {
			delete(values, "Owner") // it becomes the task of whoever adds it
			made, problems, err = s.p.Records.CreateMany(ctx, tx, a.as, taskTab, []map[string]any{values})
		}
		if err == nil {
			err = problems[0]
		}
		if err != nil {
			return err
		}
		tie = TaskTie{ID: tx.NewID(), Task: made[0].ID, Project: project, Item: task, By: a.as.User(), base: taskPair{recordTask(made[0]), projectTask(item)}}
		first, err := insertTaskTie(ctx, tx, a.l, tie)
		if err == nil && !first {
			err = alreadyTied()
		}
		if err != nil {
			return err
		}
		return s.queueTask(ctx, tx, a.l.Org, tie.ID)
	})
	if err != nil {
		return err
	}
	s.tryTask(ctx, a.l.Org, tie.ID)
	return nil
}

// taskRecord is the task of the CRM for a task of a project. A deal brings its account
// and contact along.
func (s *Service) taskRecord(ctx context.Context, as access.Actor, item gate.Task, people taskPeople, on RecordRef) (map[string]any, error) {
	out, now := map[string]any{}, projectTask(item)
	for _, f := range taskFields {
		intoRecord(out, f, now, record.Record{}, people)
	}
	for name, v := range out {
		if v == "" {
			delete(out, name)
		}
	}
	if on.Module == access.TabAccounts {
		out["Account_Name"] = on.ID
		return out, nil
	}
	out["Deal_Name"] = on.ID
	deal, _, err := s.p.Records.Get(ctx, as, access.TabDeals, on.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct{ field, module string }{{"Account_Name", access.TabAccounts}, {"Contact_Name", access.TabContacts}} {
		refs, err := s.visible(ctx, as, f.module, []id.ID{deal.Lookup(f.field)})
		if err != nil {
			return nil, err
		}
		if len(refs) == 1 {
			out[f.field] = refs[0].ID
		}
	}
	return out, nil
}
