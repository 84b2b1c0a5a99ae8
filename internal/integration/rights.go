package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Gates a person may fail at, in the order they are asked.
const (
	GateOpen   = ""
	GateStatus = "status" // the integration is not on: nothing is shown
	GateGrid   = "grid"   // the CRM profile has no tick
	GateKey    = "key"    // the key is no longer valid
	GateMember = "member" // not registered, or not active, in the portal
)

// Rights say what a person may do with projects in CRM, as far as CRM knows: the
// link's status, the grid row of the profile, and whether they are registered.
// Refused names the first gate that says no. What Projects itself allows comes with
// each project.
type Rights struct {
	Status    Status
	Refused   string
	Grid      access.Rights
	Modules   map[string]access.Rights // by grid module, all of them
	Member    id.ID
	Outcome   string // of registering, when Refused is GateMember
	Admin     bool   // may repair the set-up
	TrialDays int    // days left, while in trial
	Portal    PortalRef
}

// Shown says whether the tab and the related lists are there for this person.
func (r Rights) Shown() bool { return r.Status.Shown() && r.Grid.View }

// Open says whether calls to Projects may be made for this person.
func (r Rights) Open() bool { return r.Refused == GateOpen }

// Rights says what the person may do with projects. It asks the CRM side only, so
// every page can call it for its menu; a person without anything gets a zero-rights
// answer, not a fault.
func (s *Service) Rights(ctx context.Context, as access.Actor) (Rights, error) {
	_, r, err := s.standing(ctx, as)
	return r, err
}

// standing gives the link and what the person may do in it.
func (s *Service) standing(ctx context.Context, as access.Actor) (link, Rights, error) {
	if err := as.RequireKnown(); err != nil {
		return link{}, Rights{}, err
	}
	l, err := readLink(ctx, s.p.DB, as.Org())
	if err != nil {
		return link{}, Rights{}, err
	}
	now := s.p.DB.Now()
	r := Rights{Status: l.status(now), Admin: as.Admin(), Refused: GateStatus}
	if !r.Status.Shown() {
		return l, r, nil
	}
	r.Portal = l.portal()
	if r.Status == StatusTrial {
		r.TrialDays = TrialDaysLeft(l.TrialEndsAt, now, zoneOf(as.Organisation().TimeZone))
	}
	row, err := gridRow(ctx, s.p.DB, as)
	if err != nil {
		return l, r, err
	}
	r.Grid, r.Modules = row.Rights, map[string]access.Rights{}
	for _, m := range GridModules() {
		r.Modules[m] = row.Module(m)
	}
	if !r.Grid.View {
		r.Refused = GateGrid
		return l, r, nil
	}
	if r.Status == StatusKeyInvalid {
		r.Refused = GateKey
		return l, r, nil
	}
	u, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, as.User())
	if err != nil {
		return l, r, err
	}
	r.Member, r.Outcome, r.Refused = u.Member, u.Outcome, GateOpen
	if u.Refused || u.Member == 0 {
		r.Refused = GateMember
	}
	return l, r, nil
}

// gridRow gives the row of the person's profile.
func gridRow(ctx context.Context, q store.Querier, as access.Actor) (GridRow, error) {
	if as.Admin() {
		return GridRow{Locked: true, Rights: access.AllRights()}, nil
	}
	rows, err := gridRows(ctx, q, as.Org())
	return rows[as.Profile()], err
}

// enter gives the link of a person who may call Projects with the right, or the
// fault that names the gate that said no.
func (s *Service) enter(ctx context.Context, as access.Actor, right access.Right) (link, Rights, error) {
	l, r, err := s.standing(ctx, as)
	if err != nil {
		return l, r, err
	}
	if err := r.refusal(); err != nil {
		return l, r, err
	}
	return l, r, r.require(right)
}

// enterModule is enter with the right inside one module of a project.
func (s *Service) enterModule(ctx context.Context, as access.Actor, module string, right access.Right) (link, Rights, error) {
	l, r, err := s.standing(ctx, as)
	if err != nil {
		return l, r, err
	}
	if err := r.refusal(); err != nil {
		return l, r, err
	}
	if !r.Modules[module].Allow(right) {
		return l, r, gridRefuses(right)
	}
	return l, r, nil
}

// refusal is the fault of the gate that refuses, or nil.
func (r Rights) refusal() error {
	switch r.Refused {
	case GateOpen:
		return nil
	case GateGrid:
		return gridRefuses(access.View)
	case GateKey:
		return keyInvalid()
	case GateMember:
		return notMember(r.Outcome)
	}
	return fault.Forbidden("integration.fault.off").WithCode("off")
}

func (r Rights) require(right access.Right) error {
	if !r.Grid.Allow(right) {
		return gridRefuses(right)
	}
	return nil
}

// gridRefuses names CRM as the gate that said no.
func gridRefuses(right access.Right) *fault.Error {
	key := map[access.Right]string{
		access.View: "integration.fault.grid_view", access.Create: "integration.fault.grid_create",
		access.Edit: "integration.fault.grid_edit", access.Delete: "integration.fault.grid_delete",
	}[right]
	return fault.Forbidden(key).WithCode("grid")
}

// notMember says why the person cannot be named in the portal.
func notMember(outcome string) *fault.Error {
	key := "integration.fault.not_member"
	switch outcome {
	case OutcomeWaiting:
		key = "integration.fault.member_waiting"
	case gate.OutcomeIsClient:
		key = "integration.fault.member_is_client"
	case gate.OutcomeLimit:
		key = "integration.fault.member_limit"
	}
	return fault.Forbidden(key).WithCode(gate.CodeNotMember)
}

// projectsRefuses names Projects as the gate that said no, where it did.
func projectsRefuses(err error) error {
	key := ""
	switch {
	case fault.HasCode(err, gate.CodeNoCreateProject):
		key = "integration.fault.no_create_project"
	case fault.HasCode(err, gate.CodeNoEditProject):
		key = "integration.fault.no_edit_project"
	case fault.HasCode(err, gate.CodeNoDeleteProject):
		key = "integration.fault.no_delete_project"
	case fault.HasCode(err, gate.CodeNoAddUser):
		key = "integration.fault.no_add_user"
	case fault.HasCode(err, gate.CodeNotMember):
		key = "integration.fault.not_member"
	default:
		return err
	}
	return fault.Forbidden(key).WithCode(fault.As(err).Code).Because(err)
}

// personCall makes one call for a person, whose own rights in Projects decide too.
func (s *Service) personCall(ctx context.Context, l link, r Rights, fn func(context.Context, gate.Person) error) error {
	return projectsRefuses(s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		return fn(ctx, g.As(r.Member))
	}))
}
