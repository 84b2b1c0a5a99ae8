package portalpages

import (
	"context"
	"net/http"
	"strconv"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) key(w http.ResponseWriter, r *http.Request) error {
	return p.showKey(w, r, "", ui.Errors{}, 0)
}

// showKey shows the person's own key, masked unless it was just revealed, and whose
// key opens this portal when it is not theirs.
func (p *Pages) showKey(w http.ResponseWriter, r *http.Request, clear string, errs ui.Errors, status int) error {
	ctx, as := r.Context(), member(r)
	k, err := p.keys.Ensure(ctx, as)
	if err != nil {
		return err
	}
	here, err := p.portals.Get(ctx, as)
	if err != nil {
		return err
	}
	former, err := p.keys.Grace(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.key")
	w.Header().Set("Cache-Control", "no-store")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: settingsCrumbs(ctx, as, title), Body: keyPage(as, title, k, here, former, clear, errs), Status: status})
}

func (p *Pages) reveal(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	clear, err := p.keys.Reveal(ctx, who, member(r), in.Raw("password"))
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showKey(w, r, "", shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.showKey(w, r, clear, ui.Errors{}, 0)
}

func (p *Pages) askRegenerate(w http.ResponseWriter, r *http.Request) error {
	return p.showRegenerate(w, r, "", ui.Errors{}, 0)
}

// showRegenerate asks; overlap is what was chosen when the question comes back refused.
func (p *Pages) showRegenerate(w http.ResponseWriter, r *http.Request, overlap string, errs ui.Errors, status int) error {
	ctx, as := r.Context(), member(r)
	k, err := p.keys.Ensure(ctx, as)
	if err != nil {
		return err
	}
	stops, err := p.keys.Stops(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.key.regenerate")
	part := regenerateForm(as, title, k, stops, overlap, errs)
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: settingsCrumbs(ctx, as, title), Body: framed(part), Fragment: part, Status: status})
}

func (p *Pages) regenerate(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	if _, _, err := p.keys.Regenerate(ctx, who, as, in.Raw("password"), in.Int("version"), int(in.Int("overlap"))); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showRegenerate(w, r, in.Text("overlap"), shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, base(as)+"/settings/service-key", locale.T(ctx, "portalpages.key.regenerated"))
}

func (p *Pages) endOverlap(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := p.keys.EndOverlap(ctx, as); err != nil {
		return err
	}
	return p.shell.Done(w, r, base(as)+"/settings/service-key", locale.T(ctx, "portalpages.key.overlap_ended"))
}

// endGrace stops the former owner's key.
func (p *Pages) endGrace(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := p.keys.EndGrace(ctx, as); err != nil {
		return err
	}
	return p.shell.Done(w, r, base(as)+"/settings/service-key", locale.T(ctx, "portalpages.key.grace_ended"))
}

// overlapOptions offers for how long the old key works beside the new one.
func overlapOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "0", Label: locale.T(ctx, "portalpages.key.overlap_none")}}
	for _, days := range []int{1, 3, 7, 14, servicekey.MaxOverlap} {
		out = append(out, ui.Option{Value: strconv.Itoa(days), Label: locale.T(ctx, "portalpages.key.overlap_days", locale.Args{"Count": days})})
	}
	return out
}

func (p *Pages) owner(w http.ResponseWriter, r *http.Request) error {
	return p.showOwner(w, r, "", "", ui.Errors{}, 0)
}

// showOwner asks who is the next owner; to and grace are what was chosen.
func (p *Pages) showOwner(w http.ResponseWriter, r *http.Request, to, grace string, errs ui.Errors, status int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActOwn); err != nil {
		return err
	}
	yes := true
	admins, err := p.portals.Members(ctx, as, portal.PeopleFilter{Role: portal.RoleAdministrator, Active: &yes})
	if err != nil {
		return err
	}
	var stops []servicekey.Connection
	if stops, err = p.keys.Connections(ctx, as); err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.owner_change")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: settingsCrumbs(ctx, as, title), Body: ownerPage(as, title, admins.Items, stops, to, grace, errs), Status: status})
}

func (p *Pages) transfer(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	if in.ID("to") == 0 {
		err = fault.Invalid("web.ui.check_fields").Field("to", "portalpages.owner_choose")
	} else {
		_, err = p.portals.TransferOwner(ctx, as, in.ID("to"), int(in.Int("grace")))
	}
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showOwner(w, r, in.Text("to"), in.Text("grace"), shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, base(as)+"/settings", locale.T(ctx, "portalpages.owner_changed"))
}
