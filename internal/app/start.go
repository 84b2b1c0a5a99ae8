package app

import (
	"context"
	"encoding/base64"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/secret"
	"musubi/internal/web/accountpages"
)

// firstStart guards the page that makes the first organisation. Its token follows
// from the installation's secret, so every node prints the same one and a restart
// does not change it; it is good only as long as nobody has an account here.
type firstStart struct{ app *App }

// token is what the log shows.
func (f *firstStart) token() string {
	return base64.RawURLEncoding.EncodeToString(f.app.Ground.Box.HashKey("first start", []byte("token")))
}

// Needed says whether nobody has an account here yet.
func (f *firstStart) Needed(ctx context.Context) (bool, error) {
	some, err := f.app.Ground.Identity.Anybody(ctx)
	return !some, err
}

// Allowed says whether the token is the one of the log.
func (f *firstStart) Allowed(_ context.Context, token string) bool {
	return secret.Equal([]byte(token), []byte(f.token()))
}

// Begin makes the first organisation and its administrator, once.
func (f *firstStart) Begin(ctx context.Context, token string, in accountpages.Beginning) error {
	if needed, err := f.Needed(ctx); err != nil {
		return err
	} else if !needed || !f.Allowed(ctx, token) {
		return fault.Forbidden("account.start.used")
	}
	return f.app.found(ctx, FirstOrganization{
		Organization: in.Organization, Name: in.Name, Email: in.Email, Password: in.Password, Language: in.Locale, TimeZone: in.TimeZone,
	})
}

// FirstOrganization is an organisation with its administrator.
type FirstOrganization struct {
	Organization, Name, Email, Password, Language, TimeZone string
}

// CreateOrganization does from the command line what the first-start page does.
func CreateOrganization(ctx context.Context, c Config, in FirstOrganization) (err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	return inWords(ctx, in.Language, a.found(ctx, in))
}

func (a *App) found(ctx context.Context, in FirstOrganization) error {
	p, err := a.Ground.Identity.Register(ctx, identity.NewPerson{
		Email: in.Email, Name: in.Name, Password: in.Password, Locale: in.Language, TimeZone: in.TimeZone,
	})
	if err != nil {
		return err
	}
	_, err = a.CRM.Access.Create(ctx, p, access.NewOrganisation{
		Name: in.Organization, Edition: access.Paid, TimeZone: in.TimeZone, Locale: in.Language,
	})
	return err
}

// inWords puts a fault into words for the terminal.
func inWords(ctx context.Context, lang string, err error) error {
	if err == nil || fault.As(err) == nil {
		return err
	}
	ctx = locale.With(ctx, locale.For(lang, "UTC"))
	return words{text: locale.Fault(ctx, err), cause: err}
}

type words struct {
	text  string
	cause error
}

func (w words) Error() string { return w.text }

func (w words) Unwrap() error { return w.cause }
