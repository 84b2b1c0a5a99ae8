package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// GridRehearsal is what saving a grid would do with the users of ticked profiles. Whole
// says that all of them were asked about, and not only the first Looked.
type GridRehearsal struct {
	Invited  []LinkedUser // new to the portal, as Employees
	Existing []LinkedUser // there already; their role stays
	Refused  []LinkedUser // Outcome says why
	Later    []LinkedUser // invited to CRM, registered when they accept; the first of them
	Looked   int
	Whole    bool
}

// maxRehearsed bounds the users a rehearsal asks about.
const maxRehearsed = 1000

// maxLater bounds the unconfirmed users it looks at.
const maxLater = 100

// RehearseGrid asks the portal what would become of the users of ticked profiles, and
// changes nothing. portal and choiceVersion are those of a set-up that is not saved
// yet, zero of a bound portal. Administrators only.
func (s *Service) RehearseGrid(ctx context.Context, as access.Actor, in GridForm, portal id.ID, choiceVersion int64) (GridRehearsal, error) {
	var out GridRehearsal
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return out, err
	}
	if !l.Bound() {
		_, key, err := s.keyFor(ctx, as, portal, choiceVersion)
		if err != nil {
			return out, err
		}
		l.Portal, l.KeyOK, l.KeySealed, l.KeyEmail = portal, true, key.Sealed, key.Email
	}
	grid, err := s.Grid(ctx, as)
	if err != nil {
		return out, err
	}
	ticks := map[id.ID]bool{}
	for _, t := range in.Rows {
		r := t.Rights
		ticks[t.Profile] = r.View || r.Create || r.Edit || r.Delete
	}
	var profiles []id.ID
	for _, row := range grid.Rows {
		if row.Locked || ticks[row.Profile] {
			profiles = append(profiles, row.Profile)
		}
	}
	waiting, err := s.p.Access.Users(ctx, as, access.UserFilter{Status: access.Unconfirmed}, page.Request{Size: maxLater})
	if err != nil {
		return out, err
	}
	for _, u := range waiting.Items {
		if slices.Contains(profiles, u.ProfileID) {
			out.Later = append(out.Later, LinkedUser{User: u.ID, Name: u.Name, Email: u.Email})
		}
	}
	r := page.Request{Size: s.batch}
	for out.Looked < maxRehearsed && !out.Whole {
		users, err := s.p.Access.UsersByProfiles(ctx, as, profiles, r)
		if err != nil {
			return out, err
		}
		var answers []gate.Provisioned
		err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
			answers, err = g.Foresee(ctx, newcomers(users.Items))
			return err
		})
		if err != nil {
			return out, err
		}
		for i, a := range answers {
			u := users.Items[i]
			one := LinkedUser{User: u.ID, Name: u.Name, Email: u.Email, Member: a.Member, Role: a.Role, Outcome: a.Outcome, Refused: turnedAway(a.Outcome)}
			switch {
			case one.Refused:
				out.Refused = append(out.Refused, one)
			case a.Outcome == gate.OutcomeExisting:
				out.Existing = append(out.Existing, one)
			default:
				out.Invited = append(out.Invited, one)
			}
		}
		out.Looked += len(users.Items)
		r.Cursor, out.Whole = users.Next, users.Next == ""
	}
	return out, nil
}
