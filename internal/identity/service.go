package identity

import (
	"context"
	"time"

	"github.com/alexedwards/scs/v2"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// Service is the room's one door. It is safe for concurrent use once the program is
// put together.
type Service struct {
	db       *store.DB
	letters  *mail.Service
	sessions *scs.SessionManager
	accepts  map[string]AcceptFunc
	shut     []ShutFunc
	start    startToken
}

// New makes the service.
func New(db *store.DB, letters *mail.Service) *Service {
	s := &Service{db: db, letters: letters, accepts: map[string]AcceptFunc{}}
	s.sessions = newSessions(db)
	return s
}

// Find gives the profile of whoever has the address; ok is false when nobody has.
// q is the database or an open transaction.
func (s *Service) Find(ctx context.Context, q store.Querier, email string) (p Profile, ok bool, err error) {
	return findProfile(ctx, q, EmailKey(email))
}

// Profiles gives the profiles with these ids; unknown ones are absent.
func (s *Service) Profiles(ctx context.Context, q store.Querier, ids []id.ID) (map[id.ID]Profile, error) {
	return profilesByID(ctx, q, ids)
}

// Ensure gives the id of whoever has the address, made without a password when nobody
// has: they sign in for the first time by an invitation or a reset.
func (s *Service) Ensure(ctx context.Context, tx *store.Tx, email, name, locale, timeZone string) (id.ID, error) {
	p, ok, err := findProfile(ctx, tx, EmailKey(email))
	if err != nil || ok {
		return p.ID, err
	}
	n, made, err := insertPerson(ctx, tx, newPerson{Email: email, Name: name, Locale: locale, TimeZone: timeZone})
	if err != nil || made {
		return n, err
	}
	p, _, err = findProfile(ctx, tx, EmailKey(email)) // made by somebody else just now
	return p.ID, err
}

// NewPerson is a person made with a password: by the first start, the command line
// and the demo.
type NewPerson struct {
	Email    string
	Name     string
	Password string
	Locale   string
	TimeZone string
}

// Create makes a person who can sign in. An address that is taken is a conflict.
func (s *Service) Create(ctx context.Context, tx *store.Tx, in NewPerson) (Person, error) {
	bad := fault.Invalid("identity.invalid")
	CheckEmail(bad, "email", in.Email)
	CheckName(bad, "name", in.Name)
	CheckPassword(bad, "password", in.Password, in.Email)
	if err := bad.OrNil(); err != nil {
		return Person{}, err
	}
	phc, err := hash(ctx, in.Password)
	if err != nil {
		return Person{}, err
	}
	n, made, err := insertPerson(ctx, tx, newPerson{Email: in.Email, Name: in.Name, Hash: phc, Locale: in.Locale, TimeZone: in.TimeZone})
	if err != nil {
		return Person{}, err
	}
	if !made {
		return Person{}, fault.Conflict("identity.email.taken").WithCode("email_taken").Field("email", "identity.email.taken")
	}
	p, _, err := personByID(ctx, tx, n)
	return p, err
}

// Empty says whether nobody has an account here yet.
func (s *Service) Empty(ctx context.Context) (bool, error) { return nobody(ctx, s.db) }

// Strangers gives addresses of people that do not end with the domain: for the command
// line.
func (s *Service) Strangers(ctx context.Context, domain string, limit int) ([]string, error) {
	return strangers(ctx, s.db, domain, limit)
}

// Settings are what people change of themselves.
type Settings struct {
	Name     string
	Locale   string
	TimeZone string
	Theme    string
}

// Save keeps what the person changed of themselves.
func (s *Service) Save(ctx context.Context, p Person, in Settings) (Person, error) {
	if err := p.Require(); err != nil {
		return Person{}, err
	}
	bad := fault.Invalid("identity.invalid")
	CheckName(bad, "name", in.Name)
	checkChoices(bad, in)
	if err := bad.OrNil(); err != nil {
		return Person{}, err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return saveSettings(ctx, tx, p.id, in) })
	p.name, p.locale, p.timeZone, p.theme = in.Name, in.Locale, in.TimeZone, in.Theme
	return p, err
}

// SetLocale keeps the person's language.
func (s *Service) SetLocale(ctx context.Context, p Person, lang string) error {
	return s.saveOne(ctx, p, func(in *Settings) { in.Locale = lang })
}

// SetTheme keeps the person's theme: "light", "dark" or "".
func (s *Service) SetTheme(ctx context.Context, p Person, theme string) error {
	return s.saveOne(ctx, p, func(in *Settings) { in.Theme = theme })
}

func (s *Service) saveOne(ctx context.Context, p Person, change func(*Settings)) error {
	in := Settings{Name: p.name, Locale: p.locale, TimeZone: p.timeZone, Theme: p.theme}
	change(&in)
	_, err := s.Save(ctx, p, in)
	return err
}

func checkChoices(bad *fault.Error, in Settings) {
	if in.Locale != "ja" && in.Locale != "en" {
		bad.Field("locale", "identity.locale.unknown")
	}
	if _, err := time.LoadLocation(in.TimeZone); err != nil || in.TimeZone == "" || in.TimeZone == "Local" {
		bad.Field("time_zone", "identity.time_zone.unknown")
	}
	if in.Theme != "" && in.Theme != "light" && in.Theme != "dark" {
		bad.Field("theme", "identity.theme.unknown")
	}
}
