package access

import (
	"context"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Status is where a user stands.
type Status string

// The statuses. Only active users enter the organisation.
const (
	Active      Status = "active"
	Inactive    Status = "inactive"
	Unconfirmed Status = "unconfirmed" // invited, not yet accepted
)

// Statuses lists the statuses in the order filters show them.
func Statuses() []Status { return []Status{Active, Unconfirmed, Inactive} }

// User is a person's place in one organisation. It exists before the person
// accepts, and stays after it was deactivated, since records name it as owner.
type User struct {
	ID           id.ID
	PersonID     id.ID // zero until the invitation is accepted
	Email        string
	PendingEmail string // a new address whose holder has not confirmed it yet
	Name         string
	Locale       string // of the person; of the organisation until accepted
	ProfileID    id.ID
	RoleID       id.ID
	Status       Status
	InvitedAt    time.Time // zero for people added without an invitation
	Version      int64
}

// UserFilter narrows a list of users. Empty fields do not narrow. Text is found
// anywhere in name and e-mail.
type UserFilter struct {
	Status  Status
	Text    string
	Profile id.ID
	Role    id.ID
}

// Users lists the organisation's users by name, for those who manage them.
func (s *Service) Users(ctx context.Context, as Actor, f UserFilter, r page.Request) (page.Page[User], error) {
	if err := mayManageUsers(as); err != nil {
		return page.Page[User]{}, err
	}
	if f.Status != "" && !slices.Contains(Statuses(), f.Status) {
		return page.Page[User]{}, fault.Invalid("access.fault.status")
	}
	return usersPage(ctx, s.db, as.Org(), f, r)
}

// PickUsers lists active users by name, for choosing an owner. Everybody in the
// organisation may.
func (s *Service) PickUsers(ctx context.Context, as Actor, text string, r page.Request) (page.Page[User], error) {
	if err := as.RequireKnown(); err != nil {
		return page.Page[User]{}, err
	}
	return usersPage(ctx, s.db, as.Org(), UserFilter{Status: Active, Text: text}, r)
}

// User gives one user. Everybody in the organisation may know who the others are.
func (s *Service) User(ctx context.Context, as Actor, user id.ID) (User, error) {
	if err := as.RequireKnown(); err != nil {
		return User{}, err
	}
	return userByID(ctx, s.db, as.Org(), user)
}

// Assignable gives those of the ids that name users of the badge's organisation who may
// be given a record: anybody not deactivated. Records of somebody who left stay theirs,
// but get no company. q is the database or the transaction that writes the records.
func (s *Service) Assignable(ctx context.Context, q store.Querier, as Actor, ids []id.ID) (map[id.ID]bool, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	found := map[id.ID]bool{}
	if ids = named(ids); len(ids) == 0 {
		return found, nil
	}
	list, err := usersByIDs(ctx, q, as.Org(), ids)
	for _, u := range list {
		if u.Status != Inactive {
			found[u.ID] = true
		}
	}
	return found, err
}

// Named gives, for texts that are the address or the name of users who may be given a
// record, those users' ids, under the text as it was asked for. q is the database or
// the transaction that writes the records.
func (s *Service) Named(ctx context.Context, q store.Querier, as Actor, texts []string) (map[string][]id.ID, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	found := map[string][]id.ID{}
	if len(texts) == 0 {
		return found, nil
	}
	var folded, keys []string
	for _, t := range texts {
		folded, keys = append(folded, fold(t)), append(keys, identity.EmailKey(t))
	}
	users, err := usersByWords(ctx, q, as.Org(), folded, keys)
	for i, t := range texts {
		for _, u := range users {
			if u.Status != Inactive && (fold(u.Name) == folded[i] || identity.EmailKey(u.Email) == keys[i]) {
				found[t] = append(found[t], u.ID)
			}
		}
	}
	return found, err
}

// UsersByID gives the users with these ids; unknown ones are absent.
func (s *Service) UsersByID(ctx context.Context, as Actor, ids []id.ID) (map[id.ID]User, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	found := map[id.ID]User{}
	if ids = named(ids); len(ids) == 0 {
		return found, nil
	}
	list, err := usersByIDs(ctx, s.db, as.Org(), ids)
	for _, u := range list {
		found[u.ID] = u
	}
	return found, err
}

// UserNames gives the names of the users with these ids; unknown ones are absent.
func (s *Service) UserNames(ctx context.Context, as Actor, ids []id.ID) (map[id.ID]string, error) {
	users, err := s.UsersByID(ctx, as, ids)
	if err != nil {
		return nil, err
	}
	names := make(map[id.ID]string, len(users))
	for i, u := range users {
		names[i] = u.Name
	}
	return names, nil
}

// UsersByProfiles lists the active users holding one of the profiles, in a steady
// order that a long run can resume from the cursor. Administrators and the system.
func (s *Service) UsersByProfiles(ctx context.Context, as Actor, profiles []id.ID, r page.Request) (page.Page[User], error) {
	var p page.Page[User]
	if err := as.RequireAdmin(); err != nil {
		return p, err
	}
	from, err := readCursor(r.Cursor)
	if err != nil {
		return p, err
	}
	if profiles = named(profiles); len(profiles) == 0 {
		return p, nil
	}
	after := id.ID(0)
	if from != nil {
		after = id.ID(from.ID)
	}
	if p.Items, err = activeByProfiles(ctx, s.db, as.Org(), profiles, after, r.Limit()+1); err != nil {
		return page.Page[User]{}, err
	}
	if len(p.Items) > r.Limit() {
		p.Items = p.Items[:r.Limit()]
		p.Next = cursor{ID: int64(p.Items[r.Limit()-1].ID)}.String()
	}
	return p, s.inTheirLanguage(ctx, s.db, p.Items)
}

// Administrators lists the active administrators, for letters to them. Everybody in
// the organisation may know whom to ask.
func (s *Service) Administrators(ctx context.Context, as Actor) ([]User, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	admins, err := activeAdministrators(ctx, s.db, as.Org())
	if err != nil {
		return nil, err
	}
	return admins, s.inTheirLanguage(ctx, s.db, admins)
}

// inTheirLanguage puts in the language people chose for themselves, which they change
// without their organisations, before somebody writes to them.
func (s *Service) inTheirLanguage(ctx context.Context, q store.Querier, users []User) error {
	var people []id.ID
	for _, u := range users {
		people = append(people, u.PersonID)
	}
	found, err := s.people.Profiles(ctx, q, named(people))
	for i, u := range users {
		users[i].Locale = or(found[u.PersonID].Locale, u.Locale)
	}
	return err
}
