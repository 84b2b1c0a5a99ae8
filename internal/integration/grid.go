package integration

import (
	"context"
	"maps"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// The modules of the second level of the grid, inside a project.
const (
	ModuleTasks      = "tasks"
	ModuleMilestones = "milestones"
	ModuleBugs       = "bugs"
	ModuleTimesheet  = "timesheet"
	ModuleDocuments  = "documents"
	ModuleForums     = "forums"
)

// GridModules lists the modules of the second level in the order screens show them.
func GridModules() []string {
	return []string{ModuleTasks, ModuleMilestones, ModuleBugs, ModuleTimesheet, ModuleDocuments, ModuleForums}
}

// Grid says what users of each CRM profile may do with projects in CRM.
type Grid struct {
	Rows    []GridRow
	Version int64
}

// GridRow is one profile. Modules holds only what was set apart from the row; what
// is not named follows Rights.
type GridRow struct {
	Profile id.ID
	Name    string
	Kind    access.ProfileKind
	Users   int
	Locked  bool // the administrator profile: all ticked for ever
	Rights  access.Rights
	Modules map[string]access.Rights
}

// Module gives the rights inside one module of a project: those set apart, else the
// row's own. Without View on the row there is nothing inside either.
func (r GridRow) Module(module string) access.Rights {
	if r.Locked {
		return access.AllRights()
	}
	if set, ok := r.Modules[module]; ok && r.Rights.View {
		return set
	}
	return r.Rights
}

// GridTicks are what an administrator ticked for one profile. Modules nil leaves
// the second level as it is.
type GridTicks struct {
	Profile id.ID
	Rights  access.Rights
	Modules map[string]access.Rights
}

// GridForm is a grid to save; Version is that of the Grid it was read from. Profiles
// it does not name stay as they are.
type GridForm struct {
	Version int64
	Rows    []GridTicks
}

// Grid gives the permission grid, one row per profile, administrators first.
func (s *Service) Grid(ctx context.Context, as access.Actor) (Grid, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Grid{}, err
	}
	profiles, err := s.p.Access.Profiles(ctx, as)
	if err != nil {
		return Grid{}, err
	}
	ticked, err := gridRows(ctx, s.p.DB, l.Org)
	if err != nil {
		return Grid{}, err
	}
	g := Grid{Version: l.GridVersion}
	for _, p := range profiles {
		row := ticked[p.ID]
		row.Profile, row.Name, row.Kind, row.Users = p.ID, p.Name, p.Kind, p.Users
		if row.Locked = p.Kind == access.ProfileAdministrator; row.Locked {
			row.Rights = access.AllRights()
		}
		g.Rows = append(g.Rows, row)
	}
	slices.SortStableFunc(g.Rows, func(a, b GridRow) int { return int(flag(b.Locked) - flag(a.Locked)) })
	return g, nil
}

// SaveGrid stores ticks, in the set-up as in later editing, and registers the users
// of newly ticked profiles. What was unticked counts at once; nobody is taken out of
// the portal by it.
func (s *Service) SaveGrid(ctx context.Context, as access.Actor, in GridForm) (Grid, error) {
	if err := admin(as); err != nil {
		return Grid{}, err
	}
	profiles, err := s.p.Access.Profiles(ctx, as)
	if err != nil {
		return Grid{}, err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		switch l.status(tx.Now()) {
		case StatusNone, StatusDisabled:
			return fault.Conflict("integration.fault.not_started").WithCode("not_started")
		case StatusTrialExpired:
			return trialExpired()
		}
		change, err := s.writeGrid(ctx, tx, &l, profiles, in)
		if err != nil || !change.any {
			return err
		}
		// Not saveLink: a form about the key or the portal is not made stale by ticks.
		if err := keepLink(ctx, tx, l); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "integration.grid_saved", ""); err != nil {
			return err
		}
		if change.newlyViewed && l.works(tx.Now()) == nil {
			return s.provision(ctx, tx, l, as.User())
		}
		return nil
	})
	if err != nil {
		return Grid{}, err
	}
	return s.Grid(ctx, as)
}

type gridChange struct{ any, newlyViewed bool }

// writeGrid settles and writes the ticks of a form, and counts the grid up when they
// change anything. The administrator row is never written; a profile of another
// organisation is no profile.
func (s *Service) writeGrid(ctx context.Context, tx *store.Tx, l *link, profiles []access.Profile, in GridForm) (gridChange, error) {
	var change gridChange
	if in.Version != l.GridVersion {
		return change, stale()
	}
	kinds := map[id.ID]access.ProfileKind{}
	for _, p := range profiles {
		kinds[p.ID] = p.Kind
	}
	before, err := gridRows(ctx, tx, l.Org)
	if err != nil {
		return change, err
	}
	for _, t := range in.Rows {
		kind, ok := kinds[t.Profile]
		if !ok {
			return change, fault.NotFound("integration.fault.no_profile")
		}
		if kind == access.ProfileAdministrator {
			continue
		}
		old := before[t.Profile]
		row, err := settle(old, t)
		if err != nil {
			return change, err
		}
		if row.Rights == old.Rights && maps.Equal(row.Modules, old.Modules) {
			continue
		}
		change.any = true
		change.newlyViewed = change.newlyViewed || row.Rights.View && !old.Rights.View
		if err := writeGridRow(ctx, tx, l.Org, t.Profile, row); err != nil {
			return change, err
		}
	}
	if change.any {
		l.GridVersion++
	}
	return change, nil
}

// settle applies the implications of ticks (R4.1) on both levels. A module that is
// ticked just as its row follows the row.
func settle(old GridRow, t GridTicks) (GridRow, error) {
	row := GridRow{Rights: t.Rights.Settled(old.Rights), Modules: maps.Clone(old.Modules)}
	if t.Modules != nil {
		row.Modules = map[string]access.Rights{}
		for name, ticks := range t.Modules {
			if !slices.Contains(GridModules(), name) {
				return row, fault.Invalid("integration.fault.no_module")
			}
			if ticks = ticks.Settled(old.Module(name)); ticks != row.Rights {
				row.Modules[name] = ticks
			}
		}
	}
	if !row.Rights.View || len(row.Modules) == 0 {
		row.Modules = nil
	}
	return row, nil
}
