package accountpages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
)

// invitationView is what the page of an invitation shows.
type invitationView struct {
	House string
	Email string
	Name  string
	// New sets name and password; Other is signed in as somebody else.
	New, Other bool
}

func (p *Pages) invitation(w http.ResponseWriter, r *http.Request) error {
	inv, err := p.own.Invitation(r.Context(), chi.URLParam(r, "token"))
	if err != nil {
		return p.dead(w, r, err, locale.T(r.Context(), "account.dead_link.invitation"))
	}
	me := shell.PersonOf(r.Context())
	if !inv.NeedsPassword && me.Nobody() {
		// Who has an account proves to be that person first.
		return fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
	}
	return p.showInvitation(w, r, inv, inv.Name, nil)
}

func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request, inv identity.Invitation, name string, err error) error {
	ctx := r.Context()
	me := shell.PersonOf(ctx)
	view := invitationView{
		House: p.parts.House(ctx, inv), Email: inv.Email, Name: name,
		New: inv.NeedsPassword, Other: !inv.NeedsPassword && me.ID() != inv.Person,
	}
	return p.small(w, r, shell.Page{
		Title: locale.T(ctx, "account.invitation.title"), Status: shell.StatusOf(err),
		Body: invitationPage(chi.URLParam(r, "token"), view, shell.Errors(ctx, err)),
	})
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, token := r.Context(), chi.URLParam(r, "token")
	inv, err := p.own.Invitation(ctx, token)
	if err != nil {
		return p.dead(w, r, err, locale.T(ctx, "account.dead_link.invitation"))
	}
	given := identity.Acceptance{Name: in.Text("name"), Password: in.Raw("password"), Locale: locale.From(ctx).Lang}
	ticket, _, err := p.own.Accept(ctx, shell.PersonOf(ctx), token, given, client(r))
	switch {
	case fault.Is(err, fault.KindNotFound):
		return p.dead(w, r, err, locale.T(ctx, "account.dead_link.invitation"))
	case shell.Expected(err), fault.HasCode(err, "other_person"):
		return p.showInvitation(w, r, inv, given.Name, err)
	case err != nil:
		return err
	}
	if ticket.Token != "" {
		p.shell.KeepSession(w, ticket.Token, ticket.Expires)
	}
	return p.shell.Done(w, r, "/", locale.T(ctx, "account.invitation.done"))
}
