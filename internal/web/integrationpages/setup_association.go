package integrationpages

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// association asks the question; once it is answered it shows the run or its report.
func (p *Pages) association(w http.ResponseWriter, r *http.Request) error {
	return p.showAssociation(w, r, ui.Errors{}, 0)
}

func (p *Pages) showAssociation(w http.ResponseWriter, r *http.Request, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	if o.Portal.ID == 0 {
		shell.Redirect(w, r, p.at(r, ""))
		return nil
	}
	q, err := p.tie.AssociationQuestion(ctx, as)
	if err != nil {
		return err
	}
	kept := false
	if q.Answer == integration.AnswerNone {
		list, err := p.tie.Archives(ctx, as)
		if err != nil {
			return err
		}
		kept = slices.ContainsFunc(list, func(a integration.Archive) bool { return a.Restoreable })
	}
	title := locale.T(ctx, "integrationpages.association.title")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Crumbs: p.crumbs(ctx, as, title), Status: status,
		Body: associationPage(p.at(r, ""), o, q, kept, wizard(ctx, p.at(r, ""), stepAssociation, true), errs),
	})
}

// answer takes yes or skip, once.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var yes bool
	switch in.Text("answer") {
	case "yes":
		yes = true
	case "no":
	default:
		err := fault.Invalid("integrationpages.association.answer_one")
		return p.showAssociation(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	if _, err := p.tie.AnswerAssociation(ctx, actor(r), yes, in.Int("version")); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showAssociation(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	if yes {
		shell.Redirect(w, r, p.at(r, "/association"))
		return nil
	}
	return p.shell.Done(w, r, p.at(r, ""), locale.T(ctx, "integrationpages.association.skipped"))
}

func (p *Pages) associationProgress(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	run, err := p.tie.Run(ctx, as, integration.RunAssociation)
	if err != nil {
		return err
	}
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	return p.shell.RenderPart(w, r, associationBar(p.at(r, ""), o.Version, run))
}

func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	rep, err := p.tie.AssociationReport(ctx, as)
	if err != nil {
		return err
	}
	if rep.Run.ID == 0 {
		shell.Redirect(w, r, p.at(r, "/association"))
		return nil
	}
	q := r.URL.Query()
	f := integration.AssociationFilter{Failed: q.Get("show") == "failed", Reason: q.Get("reason"), Page: shell.Paging(r)}
	rows, err := p.tie.AssociationRows(ctx, as, f)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.report.title")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Crumbs: p.crumbs(ctx, as, title),
		Body: reportPage(p.at(r, ""), as.Org().String(), rep, rows.Items, f, shell.Pager(r, rows.Prev, rows.Next)),
	})
}

// reportFile gives the whole report as a file. It is written to memory first, so
// that a fault half-way is an error page and not half a file.
func (p *Pages) reportFile(w http.ResponseWriter, r *http.Request) error {
	format := chi.URLParam(r, "format")
	kinds := map[string]string{
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"csv":  "text/csv; charset=utf-8",
	}
	kind, ok := kinds[format]
	if !ok {
		return fault.NotFound("fault.not_found")
	}
	var b bytes.Buffer
	if err := p.tie.WriteAssociation(r.Context(), actor(r), format, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="association-report.`+format+`"`)
	_, _ = w.Write(b.Bytes())
	return nil
}
