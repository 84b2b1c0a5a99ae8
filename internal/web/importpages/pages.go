package importpages

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("importpages.state.")
	locale.Dynamic("importpages.again_")
}

// House is where the pages stand: an organisation or a portal.
type House struct {
	Who  func(r *http.Request) (tenant, user id.ID)
	Base string                   // of the address, before the tenant's id: "/crm/"
	List func(kind string) string // where what came in is listed, below the house
}

// Pages serves the import of one house.
type Pages struct {
	shell *shell.Shell
	in    *importer.Service
	house House
}

// New makes the pages.
func New(s *shell.Shell, in *importer.Service, house House) *Pages {
	return &Pages{shell: s, in: in, house: house}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Route("/import/{import}", func(r chi.Router) {
		r.Get("/", h(p.choose))
		r.Post("/", h(p.upload))
		r.Get("/template.csv", h(p.template))
		r.Get("/{run}", h(p.run))
		r.Post("/{run}", h(p.start))
		r.Get("/{run}/progress", h(p.progress))
		r.Post("/{run}/stop", h(p.stop))
		r.Get("/{run}/rejects.csv", h(p.rejects))
		r.Get("/{run}/undo", h(p.askUndo))
		r.Post("/{run}/undo", h(p.undo))
		r.Get("/{run}/effects.csv", h(p.effects))
	})
}

// asked is what every page of the import begins with.
type asked struct {
	tenant, user id.ID
	kind         importer.Kind
	at           string // the address of the kind's import
	list         string
}

func (p *Pages) asked(r *http.Request) (asked, error) {
	tenant, user := p.house.Who(r)
	k, err := p.in.Kind(r.Context(), tenant, user, chi.URLParam(r, "import"))
	base := p.house.Base + tenant.String()
	return asked{tenant: tenant, user: user, kind: k, at: base + "/import/" + k.Name, list: base + p.house.List(k.Name)}, err
}

// begun is asked with the run of the address.
func (p *Pages) begun(r *http.Request) (asked, importer.Run, error) {
	a, err := p.asked(r)
	if err != nil {
		return a, importer.Run{}, err
	}
	n, err := shell.ID(r, "run")
	if err != nil {
		return a, importer.Run{}, err
	}
	run, err := p.in.Run(r.Context(), a.tenant, a.user, a.kind.Name, n)
	return a, run, err
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, a asked, code int, sheet shell.Page) error {
	ctx := r.Context()
	what := locale.T(ctx, a.kind.Title)
	sheet.Status = code
	sheet.Title = locale.T(ctx, "importpages.title", locale.Args{"What": what})
	sheet.Crumbs = ui.Crumbs{{Label: what, URL: a.list}, {Label: locale.T(ctx, "importpages.import"), URL: a.at}}
	return p.shell.Render(w, r, sheet)
}

func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	return p.showChoose(w, r, ui.Errors{}, 0)
}

func (p *Pages) showChoose(w http.ResponseWriter, r *http.Request, errs ui.Errors, code int) error {
	a, err := p.asked(r)
	if err != nil {
		return err
	}
	runs, err := p.in.Runs(r.Context(), a.tenant, a.user, a.kind.Name)
	if err != nil {
		return err
	}
	names, err := p.in.Names(r.Context(), a.tenant, a.user, a.kind.Name, runs)
	if err != nil {
		return err
	}
	return p.show(w, r, a, code, shell.Page{Body: choosePage(a, runs, names, errs)})
}

func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	a, err := p.asked(r)
	if err != nil {
		return err
	}
	run, err := p.take(w, r, a)
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showChoose(w, r, shell.Errors(r.Context(), err), shell.StatusOf(err))
	}
	shell.Redirect(w, r, a.at+"/"+run.ID.String())
	return nil
}

// take reads the uploaded file and makes a draft of it.
func (p *Pages) take(w http.ResponseWriter, r *http.Request, a asked) (importer.Run, error) {
	_, file, head, err := shell.ReadUpload(w, r, "file", csvfile.MaxBytes)
	if err != nil {
		return importer.Run{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, csvfile.MaxBytes+1))
	if err != nil {
		return importer.Run{}, fault.Invalid("web.bad_form").Because(err)
	}
	return p.in.Upload(r.Context(), a.tenant, a.user, a.kind.Name, head.Filename, data)
}

func (p *Pages) template(w http.ResponseWriter, r *http.Request) error {
	a, err := p.asked(r)
	if err != nil {
		return err
	}
	attach(w, a.kind.Name+".csv")
	return a.kind.WriteTemplate(r.Context(), w)
}

func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

func (p *Pages) run(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	if run.State == importer.Draft {
		return p.showDraft(w, r, a, run, ui.Errors{}, 0)
	}
	kept, keptPager, err := p.kept(r, run)
	if err != nil {
		return err
	}
	paging := shell.Paging(r)
	if len(kept) > 0 { // one list pages at a time: what stays; the lines left out are a file
		paging = page.Request{}
	}
	list, err := p.in.Rejects(r.Context(), run, paging)
	if err != nil {
		return err
	}
	pager := shell.Pager(r, "", list.Next)
	if len(kept) > 0 {
		pager = ui.Pager{}
	}
	return p.show(w, r, a, 0, shell.Page{Body: runPage(a, run, p.in.Undoable(run), list.Items, pager, kept, keptPager)})
}

func (p *Pages) showDraft(w http.ResponseWriter, r *http.Request, a asked, run importer.Run, errs ui.Errors, code int) error {
	sample, err := p.in.Sample(r.Context(), run)
	if err != nil {
		return err
	}
	return p.show(w, r, a, code, shell.Page{Body: draftPage(a, run, sample, errs)})
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	for i := range run.Header {
		run.Mapping[i] = in.Text(importer.ColumnInput(i))
	}
	for name := range run.Options {
		run.Options[name] = in.On(name)
	}
	ctx := r.Context()
	if _, err := p.in.Start(ctx, a.tenant, a.user, a.kind.Name, run.ID, run.Mapping, run.Options); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showDraft(w, r, a, run, shell.Errors(ctx, inWords(ctx, err)), shell.StatusOf(err))
	}
	shell.Redirect(w, r, a.at+"/"+run.ID.String())
	return nil
}

// inWords puts the labels of fields that a fault names by their keys into words.
func inWords(ctx context.Context, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	out := *f
	out.Fields = nil
	for _, at := range f.Fields {
		if key, ok := at.Args["Field"].(string); ok {
			at.Args = fault.Args{"Field": locale.T(ctx, key)}
		}
		out.Fields = append(out.Fields, at)
	}
	return &out
}

func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	if !shell.IsFragment(r) {
		shell.Redirect(w, r, a.at+"/"+run.ID.String())
		return nil
	}
	if !run.Going() && !run.Undoing() {
		w.Header().Set("HX-Refresh", "true") // the page now has more to say than the bar
	}
	return p.shell.RenderPart(w, r, bar(a, run))
}

func (p *Pages) stop(w http.ResponseWriter, r *http.Request) error {
	a, run, err := p.begun(r)
	if err != nil {
		return err
	}
	if err := p.in.Stop(r.Context(), a.tenant, a.user, a.kind.Name, run.ID); err != nil {
		return err
	}
	shell.Redirect(w, r, a.at+"/"+run.ID.String())
	return nil
}

func (p *Pages) rejects(w http.ResponseWriter, r *http.Request) error {
	_, run, err := p.begun(r)
	if err != nil {
		return err
	}
	attach(w, "rejected-"+run.ID.String()+".csv")
	return p.in.WriteRejects(r.Context(), run, w)
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
