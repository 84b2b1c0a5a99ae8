package integration

import (
	"context"
	"maps"
	"slices"
	"time"

	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

const (
	mirrorBatch = 100
	// mirrorSlice is how long one round goes on before it makes room for other jobs.
	mirrorSlice = 15 * time.Second
)

// mirrors brings together what waits, one after the other, and queues itself again
// when its time is over. What fails for good is written beside its mirror; a portal
// that does not answer leaves the rest waiting.
func (s *Service) mirrors(ctx context.Context, j mirrorRound) error {
	end := s.p.DB.Now().Add(mirrorSlice)
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.works(s.p.DB.Now()) != nil {
		return err
	}
	if j.Begin {
		if err := s.beginMirrors(ctx, l); err != nil {
			return err
		}
	}
	late := map[id.ID]bool{} // somebody saved meanwhile: the next round's
	for {
		if l, err = readLink(ctx, s.p.DB, j.Org); err != nil || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
			return err
		}
		list, err := mirrorsIn(ctx, s.p.DB, l, TaskWaiting, 0, mirrorBatch)
		if err != nil {
			return err
		}
		worked := false
		for _, m := range list {
			if late[m.ID] {
				continue
			}
			worked = true
			again, err := s.mirrorOne(ctx, l, m)
			if fault.HasCode(err, gate.CodeKeyRejected) {
				return nil // waits for the new key
			}
			if err != nil {
				return err
			}
			late[m.ID] = again
		}
		if !worked && len(list) == 0 {
			return nil
		}
		if !worked || s.p.DB.Now().After(end) {
			return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.queueMirrors(ctx, tx, j.Org) })
		}
	}
}

// mirrorOne is one mirror's round. It says again when somebody else saved between what
// it read and what it wrote.
func (s *Service) mirrorOne(ctx context.Context, l link, m Mirror) (again bool, err error) {
	err = s.carryMirror(ctx, l, m)
	switch {
	case err == nil:
		return false, nil
	case fault.Is(err, fault.KindStale), fault.HasCode(err, errLate.Code):
		return true, nil
	case fault.HasCode(err, gate.CodeKeyRejected), !refused(err):
		return false, err
	}
	m.State, m.Reason = TaskFailed, plainest(err)
	return false, late(s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return saveMirror(ctx, tx, l.Org, m) }))
}

func (s *Service) carryMirror(ctx context.Context, l link, m Mirror) error {
	as := s.system(l.Org)
	chosen, err := mappingsOf(ctx, s.p.DB, l, m.Record.Module)
	if err != nil {
		return err
	}
	maps.DeleteFunc(chosen, func(_ string, c MappingChoice) bool { return !c.live() })
	rec, names, err := s.p.Records.Get(ctx, as, m.Record.Module, m.Record.ID)
	if fault.Is(err, fault.KindNotFound) {
		return s.restMirror(ctx, l, m) // in the bin, until it comes back
	}
	if err != nil {
		return err
	}
	var look gate.Glance
	var own []gate.Field
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		if m.SyncedAt.IsZero() {
			if err := g.WatchProject(ctx, m.Project, true); err != nil {
				return err
			}
		}
		if look, err = g.Glance(ctx, m.Project); err != nil {
			return err
		}
		own, err = g.Fields(ctx)
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return s.restMirror(ctx, l, m)
	}
	if err != nil {
		return err
	}
	return s.reflect(ctx, l, m, chosen, rec, names, look, own)
}

// restMirror leaves a mirror one side of which is in the bin; what brings it back
// calls for a look.
func (s *Service) restMirror(ctx context.Context, l link, m Mirror) error {
	m.State, m.Reason = TaskSynced, nil
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return saveMirror(ctx, tx, l.Org, m) })
}

// reflect writes to each side what the other one changed.
func (s *Service) reflect(ctx context.Context, l link, m Mirror, chosen map[string]MappingChoice, rec record.Record, names map[id.ID]string, look gate.Glance, own []gate.Field) error {
	as := s.system(l.Org)
	module, err := s.p.Records.Module(as, m.Record.Module)
	if err != nil {
		return err
	}
	org, err := s.p.Access.Organisation(ctx, as)
	if err != nil {
		return err
	}
	words := locale.For(org.Locale, org.TimeZone)
	values := func(rec record.Record) (taskValues, error) {
		return s.recordValues(ctx, l, module, rec, names, own, chosen)
	}
	now := taskPair{project: glanceValues(look, words)}
	if now.crm, err = values(rec); err != nil {
		return err
	}
	for target, c := range chosen {
		if f, ok := module.Field(c.Field); ok && !fits(kindOf(target, own), f) {
			delete(chosen, target) // the field became another one
		}
	}
	change := mergeMirror(m.base, now, chosen, rec.Values.Number("Modified_Time") >= look.ModifiedAt)
	if len(change.toProject)+len(change.toCRM) > 0 {
		m.LeftOut = nil
	}
	for i, c := range change.conflicts {
		if at := slices.IndexFunc(own, func(f gate.Field) bool { return TargetCustom+f.ID.String() == c.Target }); at >= 0 {
			change.conflicts[i].Label = own[at].Name
		}
	}
	if len(change.toProject) > 0 {
		// The log comes first: should this process die, nothing was written over untold.
		if err := s.logOver(ctx, l, m, change.conflicts, change.toProject); err != nil {
			return err
		}
		err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
			set := func() error {
				p, err := g.SetProject(ctx, look.ID, look.Version, patchOf(change.toProject, now.crm, own))
				if err == nil {
					look.Project = p
				}
				return err
			}
			err := set()
			if left := dropRefused(&change.toProject, err, func(target string) string { return target }); left != nil {
				m.LeftOut, err = left, nil
				if len(change.toProject) > 0 {
					err = set()
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		now.project = glanceValues(look, words)
	}
	m.State, m.Reason, m.SyncedAt = TaskSynced, nil, s.p.DB.Now()
	return s.p.DB.Write(context.WithValue(ctx, byTheMirror{}, m.ID), func(ctx context.Context, tx *store.Tx) error {
		write := func() error {
			in := map[string]any{}
			for _, target := range change.toCRM {
				in[chosen[target].Field] = now.project[target]
			}
			after, _, err := s.p.Records.UpdateIn(ctx, tx, as, m.Record.Module, rec.ID, rec.Version, in)
			if err == nil {
				now.crm, err = values(after)
			}
			return err
		}
		if len(change.toCRM) > 0 {
			err := write()
			if left := dropRefused(&change.toCRM, err, func(target string) string { return chosen[target].Field }); left != nil {
				m.LeftOut, err = left, nil
				if len(change.toCRM) > 0 {
					err = write()
				}
			}
			if err != nil {
				return err
			}
		}
		m.base = taskPair{held(now.crm, chosen), held(now.project, chosen)}
		for _, c := range change.conflicts {
			if slices.Contains(change.toCRM, c.Target) {
				if err := insertMirrorConflict(ctx, tx, l, m, c); err != nil {
					return err
				}
			}
		}
		return saveMirror(ctx, tx, l.Org, m)
	})
}

// logOver keeps which values of a project are about to be written over.
func (s *Service) logOver(ctx context.Context, l link, m Mirror, list []MirrorConflict, fields []string) error {
	list = slices.DeleteFunc(slices.Clone(list), func(c MirrorConflict) bool { return !slices.Contains(fields, c.Target) })
	if len(list) == 0 {
		return nil
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, c := range list {
			if err := insertMirrorConflict(ctx, tx, l, m, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropRefused takes the targets out whose values a side refused, and gives why; nil
// when that is not what went wrong.
func dropRefused(targets *[]string, err error, name func(target string) string) *fault.Error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.KindInvalid || len(f.Fields) == 0 {
		return nil
	}
	bad := map[string]bool{}
	for _, b := range f.Fields {
		bad[b.Name] = true
	}
	// An end before the start is said of either.
	bad[TargetStart], bad[TargetEnd] = bad[TargetStart] || bad[TargetEnd], bad[TargetStart] || bad[TargetEnd]
	before := len(*targets)
	*targets = slices.DeleteFunc(*targets, func(target string) bool { return bad[name(target)] })
	if len(*targets) == before {
		return nil
	}
	return plainest(f)
}

func kindOf(target string, own []gate.Field) string {
	for _, t := range targets(own) {
		if t.Target == target {
			return t.Kind
		}
	}
	return ""
}
