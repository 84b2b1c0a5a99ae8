package crmpages

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// fileRows is how many of its files a record page shows.
const fileRows = 10

// filesView is the files of a record with the form for more.
type filesView struct {
	page  page.Page[attachment.Attachment]
	limit int64
	may   bool // add and delete
	once  string
	errs  ui.Errors
}

// fileList shows all files of a record, page by page.
func (p *Pages) fileList(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	rights, err := p.records.Rights(ctx, as, m.Name, rec.ID)
	if err != nil {
		return err
	}
	list, err := p.files.List(ctx, as, m.Name, rec.ID, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.files")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Body: filesPage(as, m.Name, rec, list.Items, rights.Edit, shell.Pager(r, list.Prev, list.Next)),
		Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: recordPath(as, m.Name, rec.ID)}, ui.Link{Label: title, Current: true}),
	})
}

// addFiles takes files in while they arrive. Those that could not be taken are named
// beside the form; the others are there.
func (p *Pages) addFiles(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	_, n, err := shell.ReadFiles(w, r, "files", p.files.Limit(), func(in shell.Input, n int, name string, content io.Reader) error {
		once := in.Text("once")
		if once != "" {
			once += "." + strconv.Itoa(n)
		}
		_, err := p.files.Attach(ctx, as, m.Name, rec.ID, once, name, content)
		return err
	})
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showRecord(w, r, func(v *recordView) { v.files.errs = shell.Errors(ctx, err) }, err)
	}
	return p.shell.Done(w, r, recordPath(as, m.Name, rec.ID)+"#files", locale.T(ctx, "crmpages.file.added", locale.Args{"Count": n}))
}

// fileOf reads the ids of the address.
func (p *Pages) fileOf(r *http.Request) (module string, of, which id.ID, err error) {
	m, err := p.module(r)
	if err != nil {
		return "", 0, 0, err
	}
	if of, err = shell.ID(r, "record"); err != nil {
		return "", 0, 0, err
	}
	which, err = shell.ID(r, "file")
	return m.Name, of, which, err
}

func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request) error {
	module, of, which, err := p.fileOf(r)
	if err != nil {
		return err
	}
	a, content, err := p.files.Open(r.Context(), actor(r), module, of, which)
	if err != nil {
		return err
	}
	defer content.Close()
	return p.shell.SendFile(w, r, shell.Download{Name: a.Name, Type: a.Type, Size: a.Size, Content: content, Save: r.URL.Query().Has("save")})
}

func (p *Pages) askDeleteFile(w http.ResponseWriter, r *http.Request) error {
	module, of, which, err := p.fileOf(r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	a, err := p.files.Get(ctx, as, module, of, which)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.file.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "crmpages.file.delete_text", locale.Args{"Name": a.Name}), Action: filePath(as, module, of, a.ID) + "/delete",
		Label: locale.T(ctx, "crmpages.delete"), Dangerous: true, BackURL: recordPath(as, module, of)}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ask})
}

func (p *Pages) deleteFile(w http.ResponseWriter, r *http.Request) error {
	module, of, which, err := p.fileOf(r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	if err := p.files.Delete(ctx, as, module, of, which); err != nil {
		return err
	}
	return p.shell.Done(w, r, recordPath(as, module, of)+"#files", locale.T(ctx, "crmpages.file.deleted"))
}

func filePath(as access.Actor, module string, of, file id.ID) string {
	return recordPath(as, module, of) + "/files/" + file.String()
}

func fileActions(ctx context.Context, as access.Actor, module string, of id.ID, a attachment.Attachment, may bool) ui.Menu {
	base := filePath(as, module, of, a.ID)
	m := ui.Menu{Label: locale.T(ctx, "crmpages.file.actions", locale.Args{"Name": a.Name}), Icon: "dots", IconOnly: true, Small: true, End: true,
		Items: []templ.Component{ui.Anchor{Label: locale.T(ctx, "crmpages.file.save"), URL: base + "?save"}}}
	if may {
		m.Items = append(m.Items, ui.Button{Label: locale.T(ctx, "crmpages.delete"), URL: base + "/delete", Modal: true, Kind: ui.Ghost, Small: true})
	}
	return m
}

// sized is who attached a file when, and how large it is.
func sized(ctx context.Context, a attachment.Attachment) string {
	return locale.T(ctx, "crmpages.file.size", locale.Args{"Size": locale.Bytes(ctx, a.Size), "When": byAndWhen(ctx, a.ByName, locale.DateTime(ctx, a.At))})
}
