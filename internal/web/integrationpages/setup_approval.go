package integrationpages

import (
	"net/http"

	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// askApproval asks the owner of a portal by mail.
func (p *Pages) askApproval(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, email := r.Context(), in.Text("approver")
	err = p.tie.AskApproval(ctx, actor(r), email)
	return p.backFromApproval(w, r, in, err, email, locale.T(ctx, "integrationpages.approval.asked", locale.Args{"Email": email}))
}

func (p *Pages) resendApproval(w http.ResponseWriter, r *http.Request) error {
	return p.onApproval(w, r, locale.T(r.Context(), "integrationpages.approval.resent"), p.tie.ResendApproval)
}

func (p *Pages) cancelApproval(w http.ResponseWriter, r *http.Request) error {
	return p.onApproval(w, r, locale.T(r.Context(), "integrationpages.approval.cancelled"), p.tie.CancelApproval)
}

func (p *Pages) onApproval(w http.ResponseWriter, r *http.Request, done string, do approvalAct) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	request, err := shell.ID(r, "approval")
	if err != nil {
		return err
	}
	return p.backFromApproval(w, r, in, do(r.Context(), actor(r), request), "", done)
}

// backFromApproval goes back to the page where it was asked: that of the portals, or
// that of the key.
func (p *Pages) backFromApproval(w http.ResponseWriter, r *http.Request, in shell.Input, err error, email, done string) error {
	onKey := in.Text("from") == "key"
	switch {
	case err == nil && onKey:
		return p.shell.Done(w, r, p.at(r, "/key"), done)
	case err == nil:
		return p.shell.Done(w, r, p.at(r, "/portal?key")+"#other", done)
	case !shell.Expected(err):
		return err
	case onKey:
		return p.showKey(w, r, keyForm{asked: shell.Errors(r.Context(), err), approver: email}, shell.StatusOf(err))
	}
	return p.showPortal(w, r, portalForm{asked: shell.Errors(r.Context(), err), approver: email, openKey: true}, shell.StatusOf(err))
}

// approvalTone colours the word of a request's state.
func approvalTone(state string) ui.Tone {
	switch state {
	case integration.ApprovalApproved:
		return ui.Success
	case integration.ApprovalRefused:
		return ui.Danger
	case integration.ApprovalWaiting:
		return ui.Info
	}
	return ui.Neutral
}
