package access

import (
	"context"

	"golang.org/x/text/currency"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/store"
)

// Edition is what an organisation has: free or paid.
type Edition string

// The editions.
const (
	Free Edition = "free"
	Paid Edition = "paid"
)

// Organisation is one company using the CRM; everything else belongs to one.
type Organisation struct {
	ID       id.ID
	Name     string
	Edition  Edition
	TimeZone string // IANA name; days of the organisation begin here
	Currency string // ISO 4217
	Locale   string // "ja" or "en": for letters to people whose language is unknown
	Version  int64
}

// NewOrganisation is what Create needs. Empty Edition, TimeZone, Currency and
// Locale take those of a free Japanese organisation.
type NewOrganisation struct {
	Name     string
	Edition  Edition
	TimeZone string
	Currency string
	Locale   string
}

// Settings are what an administrator changes about the organisation. Version is the
// one that was shown.
type Settings struct {
	Name     string
	TimeZone string
	Currency string
	Locale   string
	Version  int64
}

// Membership is an organisation a person may enter.
type Membership struct {
	Organisation Organisation
	UserID       id.ID
}

// Create makes an organisation with its default profiles (administrator, standard),
// roles (CEO over Manager) and sharing (all private), and the person as its first
// administrator, whose badge it gives back.
func (s *Service) Create(ctx context.Context, person identity.Person, in NewOrganisation) (Actor, error) {
	if err := person.Require(); err != nil {
		return Actor{}, err
	}
	var made Actor
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		made, err = s.CreateIn(ctx, tx, person, in)
		return err
	})
	return given(made, err)
}

// CreateIn is Create inside a transaction that is open already: the first start makes
// the person in it too, so that there is never one without the other.
func (s *Service) CreateIn(ctx context.Context, tx *store.Tx, person identity.Person, in NewOrganisation) (Actor, error) {
	if err := person.Require(); err != nil {
		return Actor{}, err
	}
	o := Organisation{
		Name: cleaned(in.Name), Edition: or(in.Edition, Free), TimeZone: or(in.TimeZone, "Asia/Tokyo"),
		Currency: or(in.Currency, "JPY"), Locale: or(in.Locale, "ja"), Version: 1,
	}
	if err := o.check(); err != nil {
		return Actor{}, err
	}
	o.ID = tx.NewID()
	if err := insertOrganisation(ctx, tx, o); err != nil {
		return Actor{}, err
	}
	admin, top, err := s.furnish(ctx, tx, o)
	if err != nil {
		return Actor{}, err
	}
	u := User{
		ID: tx.NewID(), PersonID: person.ID(), Email: person.Email(), Name: or(cleaned(person.Name()), person.Email()),
		Locale: or(person.Locale(), o.Locale), ProfileID: admin, RoleID: top, Status: Active, Version: 1,
	}
	if err := insertUser(ctx, tx, o.ID, u); err != nil {
		return Actor{}, err
	}
	if err := saveMembership(ctx, tx, o.ID, u); err != nil {
		return Actor{}, err
	}
	made, err := loadActor(ctx, tx, o.ID, u.ID)
	if err != nil {
		return Actor{}, err
	}
	return made, s.audit(ctx, tx, made, "organisation.created", o.ID, o.Name)
}

// furnish gives a new organisation what every organisation starts with, named in
// its own language.
func (s *Service) furnish(ctx context.Context, tx *store.Tx, o Organisation) (admin, top id.ID, err error) {
	ctx = locale.With(ctx, locale.For(o.Locale, o.TimeZone))
	standard := map[string]Rights{}
	for _, tab := range Tabs() {
		standard[tab] = AllRights()
	}
	profiles := []Profile{
		{ID: tx.NewID(), Name: locale.T(ctx, "access.profile.administrator"), Kind: ProfileAdministrator, Version: 1},
		{ID: tx.NewID(), Name: locale.T(ctx, "access.profile.standard"), Kind: ProfileStandard, Version: 1, Tabs: standard},
	}
	for _, p := range profiles {
		if err := insertProfile(ctx, tx, o.ID, p); err != nil {
			return 0, 0, err
		}
	}
	ceo := Role{ID: tx.NewID(), Name: locale.T(ctx, "access.role.ceo"), Version: 1}
	manager := Role{ID: tx.NewID(), ParentID: ceo.ID, Name: locale.T(ctx, "access.role.manager"), Version: 1}
	for _, r := range []Role{ceo, manager} {
		if err := insertRole(ctx, tx, o.ID, r); err != nil {
			return 0, 0, err
		}
	}
	for _, m := range SharedModules() {
		if err := saveSharing(ctx, tx, o.ID, SharingDefault{Module: m, Sharing: SharingPrivate, Version: 1}); err != nil {
			return 0, 0, err
		}
	}
	return profiles[0].ID, ceo.ID, nil
}

// Organisation gives the organisation as it stands now.
func (s *Service) Organisation(ctx context.Context, as Actor) (Organisation, error) {
	if err := as.RequireKnown(); err != nil {
		return Organisation{}, err
	}
	return organisationByID(ctx, s.db, as.Org())
}

// UpdateOrganisation changes the settings. Administrators only; stale when somebody
// saved in between.
func (s *Service) UpdateOrganisation(ctx context.Context, as Actor, in Settings) (Organisation, error) {
	var o Organisation
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		o = as.org
		if o.Version != in.Version {
			return stale()
		}
		o.Name, o.TimeZone, o.Currency, o.Locale = cleaned(in.Name), in.TimeZone, in.Currency, in.Locale
		if err := o.check(); err != nil {
			return err
		}
		o.Version++
		if err := updateOrganisation(ctx, tx, o); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "organisation.updated", o.ID, o.Name)
	})
	return given(o, err)
}

// ChangeEdition makes the organisation free or paid. Administrators only. Asking for
// the edition it already has changes nothing.
func (s *Service) ChangeEdition(ctx context.Context, as Actor, to Edition, version int64) (Organisation, error) {
	var o Organisation
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		o = as.org
		if o.Edition == to {
			return nil
		}
		if o.Version != version {
			return stale()
		}
		from := o.Edition
		o.Edition = to
		if err := o.check(); err != nil {
			return err
		}
		o.Version++
		if err := updateOrganisation(ctx, tx, o); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "organisation.edition", o.ID, string(from)+" → "+string(to)); err != nil {
			return err
		}
		return s.editionChanged(ctx, tx, o.ID, to)
	})
	return given(o, err)
}

func (o Organisation) check() error {
	f := fault.Invalid("access.fault.invalid")
	checkName(f, "name", o.Name)
	if o.Edition != Free && o.Edition != Paid {
		f.Field("edition", "access.fault.edition")
	}
	if !locale.KnownZone(o.TimeZone) {
		f.Field("time_zone", "access.fault.time_zone")
	}
	if _, err := currency.ParseISO(o.Currency); err != nil {
		f.Field("currency", "access.fault.currency")
	}
	if !locale.Known(o.Locale) {
		f.Field("locale", "access.fault.locale")
	}
	return f.OrNil()
}

func or[T ~string](value, otherwise T) T {
	if value == "" {
		return otherwise
	}
	return value
}
