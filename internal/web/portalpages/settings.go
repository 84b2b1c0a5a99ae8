package portalpages

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/web/auditviews"
	"musubi/internal/web/outboxpages"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func settingsPath(as portal.Member) string { return base(as) + "/settings" }

// tile leads from the settings to one of their pages.
type tile struct{ title, text, url string }

func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	at := settingsPath(as)
	var list []tile
	for _, x := range []struct {
		act              portal.Action
		title, text, url string
	}{
		{portal.ActSettings, "portalpages.general", "portalpages.general.about", "/general"},
		{portal.ActOwn, "portalpages.owner_change", "portalpages.owner_change.about", "/owner"},
		{portal.ActServiceKey, "portalpages.developer", "portalpages.key.about", "/service-key"},
		{portal.ActSettings, "portalpages.workdays", "portalpages.workdays.about", "/workdays"},
		{portal.ActTemplates, "portalpages.templates", "portalpages.templates.about", "/templates"},
		{portal.ActSettings, "portalpages.fields", "portalpages.fields.about", "/fields"},
		{portal.ActSettings, "portalpages.statuses", "portalpages.statuses.about", "/statuses"},
		{portal.ActGroups, "portalpages.groups", "portalpages.groups.about", "/groups"},
		{portal.ActManagePeople, "portalpages.outbox", "portalpages.outbox.about", "/outbox"},
		{portal.ActAudit, "portalpages.audit", "portalpages.audit.about", "/audit"},
		{portal.ActOwn, "portalpages.delete", "portalpages.delete.about", "/delete"},
	} {
		if as.Can(x.act) {
			list = append(list, tile{locale.T(ctx, x.title), locale.T(ctx, x.text), at + x.url})
		}
	}
	if len(list) == 0 {
		return as.Require(portal.ActSettings)
	}
	title := locale.T(ctx, "portalpages.settings")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: settingsPage(title, list)})
}

func (p *Pages) general(w http.ResponseWriter, r *http.Request) error {
	return p.showGeneral(w, r, nil, ui.Errors{}, 0)
}

// generalView is the portal's settings; now, when set, is what somebody else saved.
type generalView struct {
	title, at string
	values    portal.Settings
	limit     string // as typed
	slug      string
	now       *portal.Portal
	errs      ui.Errors
}

func (p *Pages) showGeneral(w http.ResponseWriter, r *http.Request, typed *generalView, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	now, err := p.portals.Get(ctx, as)
	if err != nil {
		return err
	}
	v := generalView{values: portal.Settings{Name: now.Name, PublicDefault: now.PublicDefault, TimeZone: now.TimeZone, Locale: now.Locale}}
	if now.UserLimit > 0 {
		v.limit = num(int64(now.UserLimit))
	}
	if typed != nil {
		v = *typed
		if code == http.StatusConflict {
			v.now = &now
		}
	}
	v.title, v.at, v.slug, v.errs, v.values.Version = locale.T(ctx, "portalpages.general"), settingsPath(as)+"/general", now.Slug, errs, now.Version
	return p.shell.Render(w, r, shell.Page{Title: v.title, Status: code, Crumbs: settingsCrumbs(ctx, as, v.title), Body: generalPage(v)})
}

func (p *Pages) saveGeneral(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	v := generalView{limit: in.Text("user_limit"), values: portal.Settings{Version: in.Int("version"), Name: in.Text("name"),
		PublicDefault: in.On("public"), TimeZone: in.Text("time_zone"), Locale: in.Text("locale")}}
	if v.limit != "" {
		if v.values.UserLimit, err = strconv.Atoi(v.limit); err != nil || v.values.UserLimit > 1_000_000 {
			v.values.UserLimit = -1 // no number: the domain says so
		}
	}
	if _, err := p.portals.Configure(ctx, as, v.values); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showGeneral(w, r, &v, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.saved(w, r, settingsPath(as)+"/general")
}

func (p *Pages) askDelete(w http.ResponseWriter, r *http.Request) error {
	return p.showDelete(w, r, "", ui.Errors{}, 0)
}

// deleteView asks before the portal goes: what hangs on it, and its name to be typed.
type deleteView struct {
	title, at, typed string
	here             portal.Portal
	users            []servicekey.Connection
	errs             ui.Errors
}

func (p *Pages) showDelete(w http.ResponseWriter, r *http.Request, typed string, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActOwn); err != nil {
		return err
	}
	here, err := p.portals.Get(ctx, as)
	if err != nil {
		return err
	}
	stops, err := p.keys.Connections(ctx, as)
	if err != nil {
		return err
	}
	v := deleteView{title: locale.T(ctx, "portalpages.delete"), at: settingsPath(as), typed: typed, here: here, users: stops, errs: errs}
	return p.shell.Render(w, r, shell.Page{Title: v.title, Status: code, Crumbs: settingsCrumbs(ctx, as, v.title), Body: deletePage(v)})
}

func (p *Pages) delete(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	if err := p.portals.Delete(ctx, as, in.Text("name")); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showDelete(w, r, in.Text("name"), shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, "/", locale.T(ctx, "portalpages.deleted"))
}

func (p *Pages) audit(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	list, err := p.portals.AuditLog(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.audit")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: settingsCrumbs(ctx, as, title),
		Body: auditPage(title, auditviews.Table(ctx, list.Items, detailWords), shell.Pager(r, list.Prev, list.Next))})
}

// detailWords puts the reason that the program notes for itself into words; names,
// addresses and numbers stay as they are.
func detailWords(ctx context.Context, e identity.Entry) string {
	if name, ended := strings.CutSuffix(e.Detail, "("+portal.ContractEnded+")"); ended {
		return locale.T(ctx, "portalpages.audit.contract_ended", locale.Args{"Name": strings.TrimSpace(name)})
	}
	return e.Detail
}

// outbox shows the portal's letters to whoever manages its people.
func (p *Pages) outbox() *outboxpages.Pages {
	return outboxpages.New(p.shell, outboxpages.House{
		Base: func(r *http.Request) string { return settingsPath(member(r)) + "/outbox" },
		Crumbs: func(r *http.Request) ui.Crumbs {
			return ui.Crumbs{{Label: locale.T(r.Context(), "portalpages.settings"), URL: settingsPath(member(r))}}
		},
		Letters: func(r *http.Request, q page.Request) (page.Page[mail.Message], error) {
			return p.portals.Letters(r.Context(), member(r), q)
		},
		Letter: func(r *http.Request, letter id.ID) (mail.Message, error) {
			return p.portals.Letter(r.Context(), member(r), letter)
		},
		File: func(r *http.Request, letter id.ID, place int) (mail.Attachment, error) {
			return p.portals.LetterFile(r.Context(), member(r), letter, place)
		},
	})
}

// NewPortal adds the page on which anybody signed in makes a portal of their own.
func (p *Pages) NewPortal(r chi.Router) {
	h := p.shell.Handle
	r.Get("/portals/new", h(p.askNew))
	r.Post("/portals/new", h(p.create))
}

func (p *Pages) askNew(w http.ResponseWriter, r *http.Request) error {
	return p.showNew(w, r, "", shell.Once(), ui.Errors{}, 0)
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, name, token string, errs ui.Errors, code int) error {
	ctx := r.Context()
	if _, err := shell.Signed(ctx); err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.new")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: newPortalPage(title, name, token, errs)})
}

func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	made, err := p.portals.Create(ctx, who, portal.NewPortal{Name: in.Text("name"), Idem: in.Text("once")})
	if err != nil {
		if !shell.Expected(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		return p.showNew(w, r, in.Text("name"), in.Text("once"), shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, "/portal/"+made.ID.String(), locale.T(ctx, "portalpages.created", locale.Args{"Name": made.Name}))
}

func languages(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "ja", Label: locale.T(ctx, "portalpages.locale.ja")}, {Value: "en", Label: locale.T(ctx, "portalpages.locale.en")}}
}
