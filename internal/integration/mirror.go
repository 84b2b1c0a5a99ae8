package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Mirror is a record and a project whose live fields are kept the same. Its states are
// those of a task tie; Reason says why bringing them together failed, LeftOut what one
// side would not take.
type Mirror struct {
	ID       id.ID
	Record   RecordRef
	Project  id.ID
	State    string
	Reason   *fault.Error
	LeftOut  *fault.Error
	SyncedAt time.Time

	epoch   int64
	version int64
	base    taskPair
}

// MirrorConflict is a value a live mirror wrote over: what both sides held, and whose
// stayed.
type MirrorConflict struct {
	Record  RecordRef
	Project id.ID
	Target  string
	Label   string // of one of the portal's own fields
	CRM     string
	Other   string // the project's
	Winner  string // SideCRM or SideProject
	At      time.Time
}

// mirrorRound brings together what waits in one organisation. Begin makes the mirrors
// that are missing first.
type mirrorRound struct {
	Org   id.ID `json:"org"`
	Begin bool  `json:"begin"`
}

// Kind names the job in the queue.
func (mirrorRound) Kind() string { return "integration.mirror_round" }

// byTheMirror marks what a mirror itself writes to its record, with its id.
type byTheMirror struct{}

// mirrorModule begins or ends the mirrors of a module's associations after its mapping
// was saved. Those that go on look at every field anew.
func (s *Service) mirrorModule(ctx context.Context, tx *store.Tx, l link, module string) error {
	live, err := mirrored(ctx, tx, l, module)
	if err != nil {
		return err
	}
	if !live {
		if err := dropMirrors(ctx, tx, l, module); err != nil {
			return err
		}
		return s.queueWatches(ctx, tx, l.Org)
	}
	if err := lookAgain(ctx, tx, l, module); err != nil {
		return err
	}
	return s.mirrorAll(ctx, tx, l.Org)
}

// beginMirrors makes the mirrors that associations made before have not got.
func (s *Service) beginMirrors(ctx context.Context, l link) error {
	const size = 500
	for _, module := range MappingModules() {
		live, err := mirrored(ctx, s.p.DB, l, module)
		for n := size; live && err == nil && n == size; {
			err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				if err := s.same(ctx, tx, l); err != nil {
					return err
				}
				n, err = beginMissing(ctx, tx, l, module, size)
				return err
			})
		}
		if err != nil {
			return late(err)
		}
	}
	return nil
}

// mirrorNew begins the mirror of a new association, where its module has one.
func (s *Service) mirrorNew(ctx context.Context, tx *store.Tx, l link, module string, rec, project id.ID) error {
	live, err := mirrored(ctx, tx, l, module)
	if err != nil || !live {
		return err
	}
	if err := beginMirror(ctx, tx, l, module, rec, project); err != nil {
		return err
	}
	return s.queueMirrors(ctx, tx, l.Org)
}

func (s *Service) queueMirrors(ctx context.Context, tx *store.Tx, org id.ID) error {
	return s.p.Queue.Insert(ctx, tx, mirrorRound{Org: org}, jobs.Unique(org.String()))
}

// mirrorAll makes the mirrors that associations have not got, where a field is live.
func (s *Service) mirrorAll(ctx context.Context, tx *store.Tx, org id.ID) error {
	return s.p.Queue.Insert(ctx, tx, mirrorRound{Org: org, Begin: true}, jobs.Unique(org.String()))
}

// mirrorTouched has the mirrors of a record (column record_id) or of a project
// (project_id) looked at, but for the one that wrote the change.
func (s *Service) mirrorTouched(ctx context.Context, tx *store.Tx, l link, column string, of id.ID) error {
	but, _ := ctx.Value(byTheMirror{}).(id.ID)
	n, err := waitMirrors(ctx, tx, l, column, of, but)
	if err != nil || n == 0 {
		return err
	}
	return s.queueMirrors(ctx, tx, l.Org)
}

// sweepMirrors begins a round where something waits.
func (s *Service) sweepMirrors(ctx context.Context, org id.ID) error {
	l, err := readLink(ctx, s.p.DB, org)
	if err != nil || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
		return err
	}
	list, err := mirrorsIn(ctx, s.p.DB, l, TaskWaiting, 0, 1)
	if err != nil || len(list) == 0 {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.queueMirrors(ctx, tx, org) })
}

// Mirrors lists the mirrors of a state, and MirrorConflicts what mirrors wrote over;
// the latest first. Administrators only.
func (s *Service) Mirrors(ctx context.Context, as access.Actor, state string, r page.Request) (page.Page[Mirror], error) {
	var out page.Page[Mirror]
	l, before, err := s.mirrorPage(ctx, as, r)
	if err != nil {
		return out, err
	}
	if out.Items, err = mirrorsBefore(ctx, s.p.DB, l, state, before, r.Limit()+1); err != nil {
		return out, err
	}
	if len(out.Items) > r.Limit() {
		out.Items = out.Items[:r.Limit()]
		out.Next = out.Items[len(out.Items)-1].ID.String()
	}
	refs := make([]*RecordRef, len(out.Items))
	for i := range out.Items {
		refs[i] = &out.Items[i].Record
	}
	return out, s.nameMirrored(ctx, as, refs)
}

// MirrorConflicts lists what live mirrors wrote over, the latest first. Administrators
// only.
func (s *Service) MirrorConflicts(ctx context.Context, as access.Actor, r page.Request) (page.Page[MirrorConflict], error) {
	var out page.Page[MirrorConflict]
	l, before, err := s.mirrorPage(ctx, as, r)
	if err != nil {
		return out, err
	}
	list, ids, err := mirrorConflicts(ctx, s.p.DB, l, before, r.Limit()+1)
	if err != nil {
		return out, err
	}
	if out.Items = list; len(list) > r.Limit() {
		out.Items = list[:r.Limit()]
		out.Next = ids[len(out.Items)-1].String()
	}
	refs := make([]*RecordRef, len(out.Items))
	for i := range out.Items {
		refs[i] = &out.Items[i].Record
	}
	return out, s.nameMirrored(ctx, as, refs)
}

func (s *Service) mirrorPage(ctx context.Context, as access.Actor, r page.Request) (link, id.ID, error) {
	if err := admin(as); err != nil {
		return link{}, 0, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return link{}, 0, err
		}
	}
	l, err := readLink(ctx, s.p.DB, as.Org())
	return l, before, err
}

// nameMirrored fills in the names of records, by one question a module.
func (s *Service) nameMirrored(ctx context.Context, as access.Actor, refs []*RecordRef) error {
	by := map[string][]id.ID{}
	for _, r := range refs {
		by[r.Module] = append(by[r.Module], r.ID)
	}
	for module, ids := range by {
		names, err := s.p.Records.Names(ctx, as, module, ids)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r.Module == module {
				r.Name = names[r.ID]
			}
		}
	}
	return nil
}

// RetryMirrors has all mirrors that failed looked at again. Administrators only.
func (s *Service) RetryMirrors(ctx context.Context, as access.Actor) error {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := retryMirrors(ctx, tx, l); err != nil {
			return err
		}
		return s.queueMirrors(ctx, tx, l.Org)
	})
}
