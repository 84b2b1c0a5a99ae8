package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/store"
	"musubi/internal/web/accountpages"
)

// begin makes the first organisation and its administrator, once.
func (a *App) begin(ctx context.Context, token string, in accountpages.Beginning) error {
	person := identity.NewPerson{Email: in.Email, Name: in.Name, Password: in.Password, Locale: in.Locale, TimeZone: in.TimeZone}
	_, err := a.Ground.Identity.Claim(ctx, token, person, func(ctx context.Context, tx *store.Tx, p identity.Person) error {
		_, err := a.CRM.Access.CreateIn(ctx, tx, p, access.NewOrganisation{
			Name: in.Organisation, Edition: access.Paid, TimeZone: in.TimeZone, Locale: in.Locale,
		})
		return err
	})
	return err
}

// FirstOrganisation is an organisation with its administrator.
type FirstOrganisation struct {
	Organisation, Name, Email, Password, Language, TimeZone string
}

// CreateOrganisation does from the command line what the first-start page does. It
// can be repeated for further organisations; who has an account already gives its
// password.
func CreateOrganisation(ctx context.Context, c Config, in FirstOrganisation) (err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return inWords(ctx, a.createOrganisation(ctx, in))
}

func (a *App) createOrganisation(ctx context.Context, in FirstOrganisation) error {
	own := a.Ground.Identity
	made := access.NewOrganisation{Name: in.Organisation, Edition: access.Paid, TimeZone: in.TimeZone, Locale: in.Language}
	_, known, err := own.Find(ctx, a.Ground.DB, in.Email)
	if err != nil {
		return err
	}
	if known {
		ticket, p, err := own.SignIn(ctx, in.Email, in.Password, identity.Client{Agent: "musubi user create"})
		if err != nil {
			return err
		}
		if err := own.SignOut(ctx, ticket.Token); err != nil {
			return err
		}
		_, err = a.CRM.Access.Create(ctx, p, made)
		return err
	}
	return a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := own.Create(ctx, tx, identity.NewPerson{
			Email: in.Email, Name: in.Name, Password: in.Password, Locale: in.Language, TimeZone: in.TimeZone,
		})
		if err != nil {
			return err
		}
		_, err = a.CRM.Access.CreateIn(ctx, tx, p, made)
		return err
	})
}

// inWords puts a fault into words for the terminal, in its language.
func inWords(ctx context.Context, err error) error {
	f := fault.As(err)
	if f == nil || f.Kind == fault.KindInternal {
		return err
	}
	lang := locale.English
	if strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "ja") {
		lang = locale.Japanese
	}
	ctx = locale.With(ctx, locale.For(lang, "UTC"))
	lines := []string{locale.Fault(ctx, err)}
	for _, field := range f.Fields {
		lines = append(lines, "  "+field.Name+": "+locale.FaultField(ctx, field))
	}
	return words{text: strings.Join(lines, "\n"), cause: err}
}

type words struct {
	text  string
	cause error
}

func (w words) Error() string { return w.text }

func (w words) Unwrap() error { return w.cause }
