package projectviews

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// DocumentsTab is the word of the tab of documents in addresses.
const DocumentsTab = "documents"

// Documents serves the documents of a project in one house; the functions are what the
// house does with them for whoever asks.
type Documents struct {
	Shell  *shell.Shell
	At     func(r *http.Request, project id.ID) string // address of the tab
	List   func(r *http.Request, project id.ID, q page.Request) (gate.DocumentList, error)
	One    func(r *http.Request, project, document id.ID) (gate.Document, error)
	Open   func(r *http.Request, project, document id.ID) (gate.Document, io.Reader, error)
	Add    func(r *http.Request, project id.ID, once string, in gate.DocumentInput, content io.Reader) error
	Save   func(r *http.Request, project id.ID, in gate.DocumentInput) error
	Delete func(r *http.Request, project, document id.ID) error
	// Show renders a body inside the project's page.
	Show func(w http.ResponseWriter, r *http.Request, project id.ID, code int, body templ.Component) error
}

// Routes adds the documents below a project.
func (s Documents) Routes(r chi.Router) {
	h := s.Shell.Handle
	r.Get("/documents", h(s.list))
	r.Post("/documents", h(s.add))
	r.Get("/documents/{document}", h(s.send))
	r.Get("/documents/{document}/edit", h(s.edit))
	r.Post("/documents/{document}/edit", h(s.save))
	r.Get("/documents/{document}/delete", h(s.ask))
	r.Post("/documents/{document}/delete", h(s.remove))
}

// documentList is the tab: the form for more, the documents.
type documentList struct {
	at       string
	list     gate.DocumentList
	pager    ui.Pager
	external bool // as ticked in a form that was refused
	once     string
	errs     ui.Errors
}

func (s Documents) list(w http.ResponseWriter, r *http.Request) error {
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	return s.show(w, r, project, documentList{once: shell.Once()}, 0)
}

func (s Documents) show(w http.ResponseWriter, r *http.Request, project id.ID, v documentList, code int) error {
	var err error
	v.at = s.At(r, project)
	if v.list, err = s.List(r, project, shell.Paging(r)); err != nil {
		return err
	}
	v.pager = shell.Pager(r, "", v.list.Next)
	return s.Show(w, r, project, code, documentTab(v))
}

// add takes files in while they arrive. Those that could not be taken are named beside
// the form; the others are there.
func (s Documents) add(w http.ResponseWriter, r *http.Request) error {
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	now, err := s.List(r, project, page.Request{Size: 1})
	if err != nil {
		return err
	}
	if !now.MayAdd {
		return fault.Forbidden("projectviews.document.no_add").WithCode("no_add_document")
	}
	in, n, err := shell.ReadFiles(w, r, "files", now.Limit, func(in shell.Input, n int, name string, content io.Reader) error {
		once := in.Text("once")
		if once != "" {
			once += "." + strconv.Itoa(n)
		}
		return s.Add(r, project, once, gate.DocumentInput{Name: name, External: in.On("external")}, content)
	})
	if err == nil {
		return s.Shell.Done(w, r, s.At(r, project), locale.T(r.Context(), "projectviews.document.added", locale.Args{"Count": n}))
	}
	if !shell.Expected(err) {
		return err
	}
	return s.show(w, r, project, documentList{external: in.On("external"), once: shell.Once(), errs: shell.Errors(r.Context(), err)}, shell.StatusOf(err))
}

// which reads the ids of the address.
func (s Documents) which(r *http.Request) (project, document id.ID, err error) {
	if project, err = shell.ID(r, "project"); err != nil {
		return 0, 0, err
	}
	document, err = shell.ID(r, "document")
	return project, document, err
}

func (s Documents) send(w http.ResponseWriter, r *http.Request) error {
	project, document, err := s.which(r)
	if err != nil {
		return err
	}
	d, content, err := s.Open(r, project, document)
	if err != nil {
		return err
	}
	if c, ok := content.(io.Closer); ok {
		defer c.Close()
	}
	return s.Shell.SendFile(w, r, shell.Download{Name: d.Name, Type: d.Type, Size: d.Size, Content: content, Save: r.URL.Query().Has("save")})
}

// documentForm is the form of a document with what was typed; now is what somebody else
// saved in between.
type documentForm struct {
	at    string
	typed gate.DocumentInput
	now   *gate.Document
	errs  ui.Errors
}

func (s Documents) edit(w http.ResponseWriter, r *http.Request) error {
	project, document, err := s.which(r)
	if err != nil {
		return err
	}
	d, err := s.One(r, project, document)
	if err != nil {
		return err
	}
	if !d.Rights.Edit {
		return fault.Forbidden("projectviews.document.no_edit").WithCode("no_edit_document")
	}
	return s.Show(w, r, project, 0, documentPage(documentForm{at: s.At(r, project), typed: d.DocumentInput}))
}

func (s Documents) save(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	project, document, err := s.which(r)
	if err != nil {
		return err
	}
	f := documentForm{at: s.At(r, project), typed: gate.DocumentInput{ID: document, Version: in.Int("version"), Name: in.Text("name"), External: in.On("external")}}
	err = s.Save(r, project, f.typed)
	if err == nil {
		return s.Shell.Done(w, r, f.at, locale.T(r.Context(), "projectviews.document.saved"))
	}
	if !shell.Expected(err) {
		return err
	}
	if fault.Is(err, fault.KindStale) {
		now, readErr := s.One(r, project, document)
		if readErr != nil {
			return readErr
		}
		f.now, f.typed.Version = &now, now.Version
	}
	f.errs = shell.Errors(r.Context(), err)
	return s.Show(w, r, project, shell.StatusOf(err), documentPage(f))
}

func (s Documents) ask(w http.ResponseWriter, r *http.Request) error {
	project, document, err := s.which(r)
	if err != nil {
		return err
	}
	d, err := s.One(r, project, document)
	if err != nil {
		return err
	}
	ctx, at := r.Context(), s.At(r, project)
	title := locale.T(ctx, "projectviews.document.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "projectviews.delete_text", locale.Args{"Name": d.Name}),
		Action: at + "/" + d.ID.String() + "/delete", Label: locale.T(ctx, "projectviews.delete"), Dangerous: true, BackURL: at}
	return s.Shell.Render(w, r, shell.Page{Title: title, Body: narrow(ask), Fragment: ask})
}

func (s Documents) remove(w http.ResponseWriter, r *http.Request) error {
	project, document, err := s.which(r)
	if err != nil {
		return err
	}
	if err := s.Delete(r, project, document); err != nil {
		return err
	}
	return s.Shell.Done(w, r, s.At(r, project), locale.T(r.Context(), "projectviews.document.deleted"))
}

func documentTable(ctx context.Context, v documentList) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectviews.document.title"), Columns: []ui.Column{
		{Label: locale.T(ctx, "projectviews.document.name")}, {Label: locale.T(ctx, "projectviews.flag")},
		{Label: locale.T(ctx, "projectviews.document.size"), End: true}, {Label: locale.T(ctx, "projectviews.document.by")},
		{Label: locale.T(ctx, "projectviews.document.menu"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "files", Title: locale.T(ctx, "projectviews.document.none"), Text: locale.T(ctx, "projectviews.document.none_text")}}
	for _, d := range v.list.Items {
		at := v.at + "/" + d.ID.String()
		flag := locale.T(ctx, "projectviews.internal")
		if d.External {
			flag = locale.T(ctx, "projectviews.external")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Anchor{Label: d.Name, URL: at, Attrs: templ.Attributes{"class": "file-name"}}, ui.Badge{Label: flag, Tone: documentTone(d.External)},
			ui.Text(locale.Bytes(ctx, d.Size)),
			ui.Text(locale.T(ctx, "projectviews.comment.by", locale.Args{"Name": d.By.Name, "When": locale.DateTime(ctx, time.UnixMicro(d.At))})),
			documentMenu(ctx, at, d)}})
	}
	return t
}

// documentMenu holds what one may do with a document.
func documentMenu(ctx context.Context, at string, d gate.Document) ui.Menu {
	m := ui.Menu{Label: locale.T(ctx, "projectviews.document.actions", locale.Args{"Name": d.Name}), Icon: "dots", IconOnly: true, Small: true, End: true,
		Items: []templ.Component{ui.Anchor{Label: locale.T(ctx, "projectviews.document.download"), URL: at + "?save"}}}
	if d.Rights.Edit {
		m.Items = append(m.Items, ui.Anchor{Label: locale.T(ctx, "projectviews.document.edit"), URL: at + "/edit"})
	}
	if d.Rights.Delete {
		m.Items = append(m.Items, ui.Button{Label: locale.T(ctx, "projectviews.delete"), URL: at + "/delete", Modal: true, Kind: ui.Ghost, Small: true})
	}
	return m
}

func documentTone(external bool) ui.Tone {
	if external {
		return ui.Info
	}
	return ""
}
