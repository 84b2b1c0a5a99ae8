package portal

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// ViewAs gives who manages the portal's people a badge that sees what a client user
// sees and changes nothing. Each look is written into the audit log.
func (s *Service) ViewAs(ctx context.Context, as Member, client id.ID) (Member, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Member{}, err
	}
	if as.System() || as.Looks() {
		return Member{}, notFound()
	}
	e, err := entrantByID(ctx, s.db, s.db.Now(), as.portal, client)
	if err != nil {
		return Member{}, err
	}
	if e.Kind != KindClient {
		return Member{}, notFound()
	}
	if !e.Active {
		return Member{}, inactive()
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.audit(ctx, tx, as, "viewed_as", client, e.Name)
	})
	out := badge(as.portal, e)
	out.looks = true
	return out, err
}

// Standing gives who manages the portal's people somebody of it, with a badge that sees
// what they would see once they are in, and changes nothing: to say what would be shown to
// them, not to show it.
func (s *Service) Standing(ctx context.Context, as Member, person id.ID) (Person, Member, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Person{}, Member{}, err
	}
	e, err := entrantByID(ctx, s.db, s.db.Now(), as.portal, person)
	if err != nil {
		return Person{}, Member{}, err
	}
	out := badge(as.portal, e)
	out.looks = true
	return e.Person, out, nil
}

// Looks says that the badge only looks: it changes nothing, whatever its role may.
func (m Member) Looks() bool { return m.looks }

// looking are the actions of a badge that only looks.
func looking(act Action) bool {
	switch act {
	case ActViewTask, ActViewMilestone, ActViewBug, ActViewDocument, ActSeePeople, ActSeeAllProjects:
		return true
	}
	return false
}
