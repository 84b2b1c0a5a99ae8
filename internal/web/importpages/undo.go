package importpages

import (
	"net/http"

	"musubi/internal/importer"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// askUndo asks before an import is taken back.
func (p *Pages) askUndo(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	at := a.at + "/" + run.ID.String()
	if run.Undoing() || run.Undo == importer.UndoDone {
		shell.Redirect(w, r, at) // which says how that fares
		return nil
	}
	if err := p.in.Undoable(run); err != nil {
		return err
	}
	ctx := r.Context()
	title := locale.T(ctx, "importpages.undo.ask", locale.Args{"File": run.FileName})
	return p.show(w, r, a, 0, shell.Page{Body: ui.Confirm{
		Title: title, Action: at + "/undo", Label: locale.T(ctx, "importpages.undo"), Dangerous: true, BackURL: at,
		Text: locale.T(ctx, "importpages.undo.ask_text", locale.Args{"Created": locale.Number(ctx, run.Created), "Updated": locale.Number(ctx, run.Updated)}),
	}})
}

func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	if _, err := p.in.TakeBack(r.Context(), a.tenant, a.user, a.kind.Name, run.ID); err != nil {
		return err
	}
	shell.Redirect(w, r, a.at+"/"+run.ID.String())
	return nil
}

// effects sends what the import did, and what was taken back of it, as a file.
func (p *Pages) effects(w http.ResponseWriter, r *http.Request) error {
	_, run, err := p.begun(r)
	if err != nil {
		return err
	}
	attach(w, "import-"+run.ID.String()+".csv")
	return p.in.WriteEffects(r.Context(), run, w)
}

// kept gives what an undo left as it is.
func (p *Pages) kept(r *http.Request, run importer.Run) ([]importer.Effect, ui.Pager, error) {
	if run.Kept == 0 {
		return nil, ui.Pager{}, nil
	}
	list, err := p.in.KeptEffects(r.Context(), run, shell.Paging(r))
	return list.Items, shell.Pager(r, "", list.Next), err
}
