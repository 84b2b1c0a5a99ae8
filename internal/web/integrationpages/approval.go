package integrationpages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// ApprovalRoutes adds the page of a portal's owner who was asked to open it. They may
// have no part in the organisation that asks.
func (p *Pages) ApprovalRoutes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/approvals/{token}", h(p.approval))
	r.Post("/approvals/{token}", h(p.approve))
	r.Post("/approvals/{token}/refuse", h(p.refuse))
}

func (p *Pages) approval(w http.ResponseWriter, r *http.Request) error {
	return p.showApproval(w, r, ui.Errors{}, "", 0)
}

func (p *Pages) showApproval(w http.ResponseWriter, r *http.Request, errs ui.Errors, chosen string, status int) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	in, err := p.tie.Asked(ctx, who, chi.URLParam(r, "token"))
	if err != nil {
		return p.closedApproval(w, r, err)
	}
	title := locale.T(ctx, "integrationpages.approval.title")
	at := "/approvals/" + chi.URLParam(r, "token")
	return p.shell.Render(w, r, shell.Page{Title: title, Bare: true, Status: status, Body: approvalPage(title, at, in, errs, chosen)})
}

// closedApproval says why a link opens nothing, and what to do.
func (p *Pages) closedApproval(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.HasCode(err, "approval_gone") && !fault.HasCode(err, "other_person") {
		return err
	}
	ctx := r.Context()
	title := locale.T(ctx, "integrationpages.approval.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Bare: true, Status: shell.StatusOf(err),
		Body: closedApprovalPage(title, locale.Fault(ctx, err), fault.HasCode(err, "other_person"))})
}

func (p *Pages) approve(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	if in.ID("portal") == 0 {
		err = fault.Invalid("web.ui.check_fields").Field("portal", "integrationpages.portal.choose_one")
	} else {
		err = p.tie.Approve(ctx, who, chi.URLParam(r, "token"), in.ID("portal"))
	}
	switch {
	case err == nil:
		return p.answered(w, r, locale.T(ctx, "integrationpages.approval.done"))
	case fault.Is(err, fault.KindInvalid):
		return p.showApproval(w, r, shell.Errors(ctx, err), in.Text("portal"), shell.StatusOf(err))
	}
	return p.closedApproval(w, r, err)
}

func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	if err := p.tie.Refuse(ctx, who, chi.URLParam(r, "token")); err != nil {
		return p.closedApproval(w, r, err)
	}
	return p.answered(w, r, locale.T(ctx, "integrationpages.approval.refused_done"))
}

// answered goes home, where the house of the approver is, with a word about what was
// answered.
func (p *Pages) answered(w http.ResponseWriter, r *http.Request, done string) error {
	return p.shell.Done(w, r, "/", done)
}
