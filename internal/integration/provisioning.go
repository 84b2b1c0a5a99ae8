package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// provisionBatch is how many users one batch registers.
const provisionBatch = 100

// Provision starts registering users again, for those refused or missed.
func (s *Service) Provision(ctx context.Context, as access.Actor) (Run, error) {
	if err := admin(as); err != nil {
		return Run{}, err
	}
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if err := l.works(tx.Now()); err != nil {
			return err
		}
		return s.provision(ctx, tx, l, as.User())
	})
	if err != nil {
		return Run{}, err
	}
	return s.Run(ctx, as, RunProvisioning)
}

// provision queues a run over the active users of every ticked profile.
func (s *Service) provision(ctx context.Context, tx *store.Tx, l link, by id.ID) error {
	r, err := startRun(ctx, tx, l, RunProvisioning, by)
	if err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, provisionJob{Org: l.Org, Run: r.ID})
}

// provisionStep works one batch of a run off. The portal is asked first, then
// everything is written in one transaction that only the worker standing at the run's
// present step can commit; a batch done twice asks the portal the same thing twice,
// which answers the same.
func (s *Service) provisionStep(ctx context.Context, j provisionJob) error {
	r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
	if err != nil || !r.Going() || r.Step != j.Step {
		return err
	}
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil {
		return err
	}
	if l.Epoch != r.Epoch || l.works(s.p.DB.Now()) != nil {
		return s.endRun(ctx, r, RunStopped)
	}
	profiles, expected, err := s.ticked(ctx, j.Org)
	if err != nil {
		return err
	}
	users, err := s.p.Access.UsersByProfiles(ctx, s.system(j.Org), profiles,
		page.Request{Cursor: r.Cursor, Size: s.batch})
	if err != nil {
		return err
	}
	linked, err := s.register(ctx, l, idem(l, "provision", r.ID, r.Step), users.Items)
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return s.endRun(ctx, r, RunStopped)
	}
	if err != nil {
		return err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		refused, err := s.keepUsers(ctx, tx, l, linked)
		if err != nil {
			return err
		}
		step := progress{Cursor: users.Next, Total: expected, Done: int64(len(linked)), Failed: refused}
		if err := r.advance(ctx, tx, step); err != nil {
			return err
		}
		if users.Next != "" {
			return s.p.Queue.Insert(ctx, tx, provisionJob{Org: j.Org, Run: r.ID, Step: r.Step})
		}
		return s.provisioned(ctx, tx, l, r)
	})
	return late(err)
}

// provisioned ends a run; when some could not be registered, administrators are told.
func (s *Service) provisioned(ctx context.Context, tx *store.Tx, l link, r run) error {
	if err := r.finish(ctx, tx, RunDone, ""); err != nil {
		return err
	}
	if r.Failed == 0 {
		return nil
	}
	return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: letterRefused, Unique: idem(l, "refused", r.ID),
		Args: fault.Args{"Portal": l.PortalName, "Count": r.Failed}})
}

// provisionUser registers one user who arrived, was activated or changed profile.
func (s *Service) provisionUser(ctx context.Context, j provisionUserJob) error {
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.works(s.p.DB.Now()) != nil {
		return err
	}
	u, err := s.p.Access.User(ctx, s.system(j.Org), j.User)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil || u.Status != access.Active {
		return err
	}
	profiles, _, err := s.ticked(ctx, j.Org)
	if err != nil {
		return err
	}
	ticked := false
	for _, p := range profiles {
		ticked = ticked || p == u.ProfileID
	}
	if !ticked {
		return nil
	}
	linked, err := s.register(ctx, l, idem(l, "user", u.ID, u.Version), []access.User{u})
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return nil // registered when the key is renewed
	}
	if err != nil {
		return err
	}
	return late(s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := s.keepUsers(ctx, tx, l, linked)
		return err
	}))
}

// register asks the portal to take the users in.
func (s *Service) register(ctx context.Context, l link, key string, users []access.User) ([]LinkedUser, error) {
	if len(users) == 0 {
		return nil, nil
	}
	batch := newcomers(users)
	refs := make([]string, len(users))
	for i, n := range batch {
		refs[i] = n.Ref
	}
	// The same step may find other users when it is done again; then it is another act.
	key += ":" + digest(refs)
	var answers []gate.Provisioned
	err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		answers, err = g.Provision(ctx, key, batch)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(answers) != len(users) {
		return nil, fault.Internalf("the portal answered %d of %d newcomers", len(answers), len(users))
	}
	linked := make([]LinkedUser, len(users))
	for i, a := range answers {
		u := users[i]
		linked[i] = LinkedUser{User: u.ID, Name: u.Name, Email: u.Email, Member: a.Member, Role: a.Role,
			Outcome: a.Outcome, Refused: turnedAway(a.Outcome)}
	}
	return linked, nil
}

func newcomers(users []access.User) []gate.Newcomer {
	batch := make([]gate.Newcomer, len(users))
	for i, u := range users {
		batch[i] = gate.Newcomer{Ref: u.ID.String(), Person: u.PersonID, Email: u.Email, Name: u.Name, Locale: u.Locale}
	}
	return batch
}

func turnedAway(outcome string) bool {
	return outcome != gate.OutcomeCreated && outcome != gate.OutcomeExisting
}

// keepUsers writes outcomes, while the binding they belong to lasts.
func (s *Service) keepUsers(ctx context.Context, tx *store.Tx, l link, users []LinkedUser) (refused int64, err error) {
	cur, err := lockLink(ctx, tx, l.Org)
	if err != nil {
		return 0, err
	}
	if cur.Epoch != l.Epoch {
		return 0, errLate
	}
	for _, u := range users {
		if err := writeUser(ctx, tx, l.Org, l.Epoch, u); err != nil {
			return 0, err
		}
		refused += flag(u.Refused)
	}
	return refused, nil
}

// ticked gives the profiles whose users belong into the portal, and how many users
// they have at most.
func (s *Service) ticked(ctx context.Context, org id.ID) ([]id.ID, int64, error) {
	profiles, err := s.p.Access.Profiles(ctx, s.system(org))
	if err != nil {
		return nil, 0, err
	}
	grid, err := gridRows(ctx, s.p.DB, org)
	if err != nil {
		return nil, 0, err
	}
	var list []id.ID
	var users int64
	for _, p := range profiles {
		if p.Kind == access.ProfileAdministrator || grid[p.ID].Rights.View {
			list = append(list, p.ID)
			users += int64(p.Users)
		}
	}
	return list, users, nil
}

// endRun ends a run that cannot go on.
func (s *Service) endRun(ctx context.Context, r run, state string) error {
	return late(s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		return r.finish(ctx, tx, state, "")
	}))
}

// late makes a batch that came too late end quietly.
func late(err error) error {
	if fault.HasCode(err, errLate.Code) {
		return nil
	}
	return err
}
