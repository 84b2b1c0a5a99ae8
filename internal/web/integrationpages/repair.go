package integrationpages

import (
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// repairValues is what was typed to mend a record; Then is the page that stopped.
type repairValues struct{ Then, Account, AccountText, NewAccount, Email string }

// repair gives a record the account or address its projects need, and goes on where
// that was missing.
func (p *Pages) repair(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	v := repairValues{Then: "new", Account: in.Text("account"), AccountText: in.Text("account.text"), NewAccount: in.Text("new_account"), Email: in.Text("email")}
	if in.Text("then") == "associate" {
		v.Then = "associate"
	}
	form, err := p.tie.NewProjectForm(ctx, as, module, record)
	if err != nil {
		return err
	}
	if in.ID("account") == 0 && v.AccountText != "" && v.NewAccount == "" {
		err = fault.Invalid("crm.fault.invalid").Field("account", "integrationpages.repair.unknown")
	} else {
		err = p.tie.RepairRecord(ctx, as, integration.Repair{Module: module, Record: record, Account: in.ID("account"), NewAccount: v.NewAccount, Email: v.Email})
	}
	if err == nil {
		shell.Redirect(w, r, relatedBase(as, module, record)+"/"+v.Then)
		return nil
	}
	if !p.words(err) || !form.MayMend {
		return err
	}
	title := locale.T(ctx, map[string]string{"new": "integrationpages.new_project", "associate": "integrationpages.associate.title"}[v.Then])
	return p.shell.Render(w, r, shell.Page{Title: title, Status: shell.StatusOf(err), Body: blockedPage(as, title, form, v, shell.Errors(ctx, err)),
		Crumbs: ui.Crumbs{{Label: form.Record.Name, URL: recordPath(as, module, record)}, {Label: title, Current: true}}})
}
