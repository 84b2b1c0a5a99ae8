package integration

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// restoreJob brings back one batch of a kept binding.
type restoreJob struct {
	Org  id.ID `json:"org"`
	Run  id.ID `json:"run"`
	Step int64 `json:"step"`
}

// Kind names the job in the queue.
func (restoreJob) Kind() string { return "integration.restore" }

// Reasons why a tie was not brought back.
const (
	RestoreRecordGone = "record_gone"
	RestoreTargetGone = "target_gone" // the client, client user or project
	RestoreTaken      = "taken"       // the client, account or contact is tied to another now
)

// NotRestored is a tie that was not brought back. Kind is client, contact, project,
// exclusion or task; Target is the name of what it was tied to, or its number.
type NotRestored struct {
	Kind   string
	Record RecordRef
	Target string
	Reason string
	id     id.ID
}

// RestoreArchive begins to bring back what a kept binding had tied, into the present
// one to the same portal. What is tied already stays; doing it twice is once.
func (s *Service) RestoreArchive(ctx context.Context, as access.Actor, epoch int64) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err == nil {
			err = l.works(tx.Now())
		}
		if err != nil {
			return err
		}
		a, err := readArchive(ctx, tx, as.Org(), epoch)
		if err != nil {
			return err
		}
		if a.Portal.ID != l.Portal {
			return fault.Conflict("integration.archive.other_portal").With("Portal", a.Portal.Name).WithCode("other_portal")
		}
		last, err := latestRun(ctx, tx, as.Org(), RunRestore)
		if err != nil {
			return err
		}
		if last.Going() && last.Epoch == l.Epoch {
			return nil // a second press
		}
		r, err := startRun(ctx, tx, l, RunRestore, as.User())
		if err != nil {
			return err
		}
		r.Cursor = restorePlace{epoch: epoch, kind: tieKinds[0]}.String()
		if err := setRunCursor(ctx, tx, r, a.Projects+a.Clients+a.Contacts+a.Exclusions+a.Tasks); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "integration.archive_restored", a.Portal.Name); err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, restoreJob{Org: as.Org(), Run: r.ID}, jobs.Unique(r.ID.String()))
	})
}

// Restoration gives the latest restoration and a page of what it did not bring back.
func (s *Service) Restoration(ctx context.Context, as access.Actor, r page.Request) (Run, page.Page[NotRestored], error) {
	var out page.Page[NotRestored]
	if err := admin(as); err != nil {
		return Run{}, out, err
	}
	last, err := latestRun(ctx, s.p.DB, as.Org(), RunRestore)
	if err != nil || last.ID == 0 {
		return Run{}, out, err
	}
	var after id.ID
	if r.Cursor != "" {
		if after, err = id.Parse(r.Cursor); err != nil {
			return Run{}, out, err
		}
	}
	list, err := restoreRows(ctx, s.p.DB, as.Org(), last.ID, after, r.Limit()+1)
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].id.String()
	}
	out.Items = list
	return last.Run, out, err
}

// restorePlace is how far a restoration is.
type restorePlace struct {
	epoch int64
	kind  string
	after [2]id.ID
}

// String is the cursor of the run.
func (p restorePlace) String() string {
	return fmt.Sprintf("%d %s %d %d", p.epoch, p.kind, p.after[0], p.after[1])
}

func readPlace(text string) (p restorePlace, err error) {
	if _, err = fmt.Sscanf(text, "%d %s %d %d", &p.epoch, &p.kind, &p.after[0], &p.after[1]); err != nil {
		err = fault.Internal(err)
	}
	return p, err
}

// restoreStep brings back one batch, or goes on to the next kind of tie.
func (s *Service) restoreStep(ctx context.Context, j restoreJob) error {
	r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
	if err != nil || !r.Going() || r.Step != j.Step {
		return err
	}
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.Epoch != r.Epoch || l.works(s.p.DB.Now()) != nil {
		return err
	}
	at, err := readPlace(r.Cursor)
	if err != nil {
		return err
	}
	list, err := archivedTies(ctx, s.p.DB, j.Org, at.epoch, at.kind, at.after, archiveBatch)
	if err != nil {
		return err
	}
	var lost []NotRestored
	var keep []restored
	if len(list) > 0 {
		who, err := s.restorer(ctx, l, r, at)
		if err != nil {
			return err
		}
		if keep, lost, err = s.stillThere(ctx, l, who, list); err != nil {
			if fault.HasCode(err, gate.CodeKeyRejected) {
				return nil // the new key resumes it
			}
			return err
		}
		at.after = list[len(list)-1].place()
	}
	if len(list) < archiveBatch {
		next := slices.Index(tieKinds, at.kind) + 1
		at.kind, at.after = "", [2]id.ID{}
		if next < len(tieKinds) {
			at.kind = tieKinds[next]
		}
	}
	return late(s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		taken, err := s.bringBack(ctx, tx, l, at.epoch, keep)
		if err != nil {
			return err
		}
		lost := append(slices.Clone(lost), taken...)
		if err := insertRestoreRows(ctx, tx, r, lost); err != nil {
			return err
		}
		if err := r.advance(ctx, tx, progress{Cursor: at.String(), Done: int64(len(list)), Failed: int64(len(lost))}); err != nil {
			return err
		}
		if at.kind == "" {
			if err := s.mirrorAll(ctx, tx, r.Org); err != nil {
				return err
			}
			return r.finish(ctx, tx, RunDone, "")
		}
		return s.p.Queue.Insert(ctx, tx, restoreJob{Org: r.Org, Run: r.ID, Step: r.Step}, jobs.Unique(r.ID.String()))
	}))
}

// restorer is in whose place the portal is asked for what ties name. What was tied here
// is asked for by the program itself. A file says what it likes: of what it names, whoever
// brings it back finds what they reach in Projects.
type restorer struct {
	file   bool
	member id.ID // zero reaches nothing
}

func (s *Service) restorer(ctx context.Context, l link, r run, at restorePlace) (restorer, error) {
	if !fromFile(at.epoch) {
		return restorer{}, nil
	}
	u, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, r.By)
	if u.Refused {
		u.Member = 0
	}
	return restorer{file: true, member: u.Member}, err
}

// restored is a tie both of whose ends are there, with the account its record has now.
type restored struct {
	archivedTie
	account id.ID
}

// stillThere parts ties whose record and target are still there from the rest.
func (s *Service) stillThere(ctx context.Context, l link, who restorer, list []archivedTie) (keep []restored, lost []NotRestored, err error) {
	targets, err := s.targets(ctx, l, who, list)
	if err != nil {
		return nil, nil, err
	}
	if list[0].Kind == tieTask {
		return s.tasksThere(ctx, l, list, targets)
	}
	found, err := s.subjects(ctx, l, list)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range list {
		rec, here := found[t.Record]
		name, there := targets[t.Target]
		if name == "" {
			name = t.TargetName
		}
		if name == "" {
			name = t.Target.String()
		}
		no := NotRestored{Kind: t.Kind, Record: RecordRef{Module: t.Module, ID: t.Record, Name: rec.Name}, Target: name}
		switch {
		case !here:
			no.Reason = RestoreRecordGone
			lost = append(lost, no)
		case !there:
			no.Reason = RestoreTargetGone
			lost = append(lost, no)
		default:
			t.RecordName, t.TargetName, t.Module = rec.Name, name, rec.Module
			keep = append(keep, restored{t, rec.Account})
		}
	}
	return keep, lost, nil
}

// subjects reads the records of ties, as many as one batch has, with the accounts they
// belong to; those in the bin are absent.
func (s *Service) subjects(ctx context.Context, l link, list []archivedTie) (map[id.ID]subject, error) {
	of := map[string][]id.ID{}
	for _, t := range list {
		for _, m := range t.modules() {
			of[m] = append(of[m], t.Record)
		}
	}
	out := map[id.ID]subject{}
	var accounts []id.ID
	for m, ids := range of {
		found, err := s.p.Records.Many(ctx, s.system(l.Org), m, ids)
		if err != nil {
			return nil, err
		}
		for n, r := range found {
			rec := subject{RecordRef: RecordRef{Module: m, ID: n, Name: r.Name}, Account: n}
			if m != access.TabAccounts {
				rec.Account = r.Lookup("Account_Name")
				accounts = append(accounts, rec.Account)
			}
			out[n] = rec
		}
	}
	names, err := s.p.Records.Names(ctx, s.system(l.Org), access.TabAccounts, accounts)
	if err != nil {
		return nil, err
	}
	for n, r := range out {
		if _, there := names[r.Account]; r.Module != access.TabAccounts && !there {
			r.Account = 0 // in the bin
			out[n] = r
		}
	}
	return out, nil
}

// tasksThere is stillThere for tasks.
func (s *Service) tasksThere(ctx context.Context, l link, list []archivedTie, items map[id.ID]string) (keep []restored, lost []NotRestored, err error) {
	ids := make([]id.ID, len(list))
	for i, t := range list {
		ids[i] = t.Record
	}
	names, err := s.p.Records.Names(ctx, s.system(l.Org), taskTab, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range list {
		name, here := names[t.Record]
		title, there := items[t.Target]
		if title == "" {
			title = cmp.Or(t.TargetName, t.Target.String())
		}
		no := NotRestored{Kind: t.Kind, Record: RecordRef{Module: taskTab, ID: t.Record, Name: name}, Target: title, Reason: RestoreTargetGone}
		switch {
		case !here:
			no.Reason = RestoreRecordGone
			lost = append(lost, no)
		case !there:
			lost = append(lost, no)
		default:
			t.Module, t.RecordName, t.TargetName = taskTab, name, title
			keep = append(keep, restored{t, 0})
		}
	}
	return keep, lost, nil
}

// items names those of the tasks the portal still has, which are watched again. To keep
// one the same as theirs whoever brings a file back must be allowed to edit it.
func (s *Service) items(ctx context.Context, l link, who restorer, list []archivedTie) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	for _, t := range list {
		err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
			if who.file {
				mine, err := g.As(who.member).Task(ctx, t.Project, t.Target)
				if err == nil && !mine.Rights.Edit {
					err = fault.NotFound("integration.task.out_of_reach")
				}
				if err != nil {
					return err
				}
			}
			item, err := g.Task(ctx, t.Project, t.Target)
			if err != nil {
				return err
			}
			out[t.Target] = item.Title
			return g.WatchTask(ctx, t.Project, t.Target, true)
		})
		if err != nil && !fault.Is(err, fault.KindNotFound) && !who.shut(err) {
			return nil, err
		}
	}
	return out, nil
}

// targets names those of the ties' targets that the portal still has.
func (s *Service) targets(ctx context.Context, l link, who restorer, list []archivedTie) (map[id.ID]string, error) {
	if list[0].Kind == tieTask {
		return s.items(ctx, l, who, list)
	}
	ids := make([]id.ID, len(list))
	for i, t := range list {
		ids[i] = t.Target
	}
	out := map[id.ID]string{}
	err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		if who.file && (list[0].Kind == tieProject || list[0].Kind == tieExclusion) {
			found, err := g.As(who.member).Projects(ctx, gate.ProjectQuery{IDs: ids, Page: page.Request{Size: archiveBatch}})
			for _, p := range found.Items {
				out[p.ID] = p.Name
			}
			return err
		}
		switch list[0].Kind {
		case tieClient:
			found, err := g.Companies(ctx, ids)
			for _, c := range found {
				out[c.ID] = c.Name
			}
			return err
		case tieContact:
			found, err := g.ClientUsers(ctx, ids)
			for _, u := range found {
				out[u.ID] = u.Name
			}
			return err
		}
		found, err := g.Projects(ctx, ids)
		for _, p := range found {
			out[p.ID] = p.Name
		}
		return err
	})
	if who.shut(err) {
		err = nil
	}
	return out, err
}

// shut says that Projects does not know whoever brings a file back, or not any more.
func (r restorer) shut(err error) bool {
	return r.file && (fault.HasCode(err, gate.CodeNotMember) || fault.HasCode(err, "inactive"))
}

// bringBack writes ties of a kept binding and gives those whose place somebody else has
// taken.
func (s *Service) bringBack(ctx context.Context, tx *store.Tx, l link, from int64, list []restored) ([]NotRestored, error) {
	var taken []NotRestored
	went, err := s.merged(ctx, tx, l, list)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		ok := true
		if to := went[t.Record]; to != 0 {
			t.Record = to
		}
		if to := went[t.account]; to != 0 {
			t.account = to
		}
		switch t.Kind {
		case tieClient:
			if ok, err = insertClientLink(ctx, tx, l, clientLink{Company: t.Target, Account: t.Record, Name: t.TargetName, Source: SourceManual, By: t.By}); err == nil && !ok {
				var now clientLink
				now, err = clientOf(ctx, tx, l, t.Record)
				ok = now.Company == t.Target
			}
		case tieContact:
			c := contactLink{User: t.Target, Contact: t.Record, Company: t.Client, Account: t.account, Source: SourceManual, By: t.By}
			if ok, err = insertContactLink(ctx, tx, l, c); err == nil && !ok {
				var now []contactLink
				now, err = contactLinks(ctx, tx, l, "contact_id", []id.ID{t.Record})
				ok = slices.ContainsFunc(now, func(c contactLink) bool { return c.User == t.Target })
			}
		case tieProject:
			p := projectLink{Record: t.Record, Project: t.Target, Module: t.Module, By: t.By}
			if t.Module != access.TabAccounts {
				p.Account = t.account
			}
			err = insertProjectLink(ctx, tx, l, p)
		case tieExclusion:
			err = exclude(ctx, tx, l, t.Record, t.Target, t.By)
		case tieTask:
			ok, err = s.bringTaskBack(ctx, tx, l, from, t.archivedTie)
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			taken = append(taken, NotRestored{Kind: t.Kind, Record: RecordRef{Module: t.Module, ID: t.Record, Name: t.RecordName}, Target: t.TargetName, Reason: RestoreTaken})
		}
	}
	return taken, nil
}

// merged gives where records went that were merged since they were looked up.
func (s *Service) merged(ctx context.Context, tx *store.Tx, l link, list []restored) (map[id.ID]id.ID, error) {
	var records []id.ID
	for _, t := range list {
		records = append(records, t.Record, t.account)
	}
	return s.p.Records.MergedInto(ctx, tx, s.system(l.Org), records)
}

// bringTaskBack ties two tasks again, with what both sides held when they were last the
// same, so that what changed since goes over; false when either is tied elsewhere now.
func (s *Service) bringTaskBack(ctx context.Context, tx *store.Tx, l link, from int64, t archivedTie) (bool, error) {
	tie, made, err := copyTaskTie(ctx, tx, l, from, t.Record)
	if err != nil {
		return false, err
	}
	if !made {
		now, err := taskTieOf(ctx, tx, l, "task_id", t.Record)
		return now.Item == t.Target, err
	}
	return true, s.queueTask(ctx, tx, l.Org, tie)
}
