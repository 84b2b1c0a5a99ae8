package portalpages

import (
	"context"
	"net/http"
	"strings"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/workday"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// workdaysView is the form of the working days as it was typed: a day off a line, with
// a name after it. now, when set, is what somebody else saved.
type workdaysView struct {
	title, at      string
	country, lines string
	version        int64
	now            string
	errs           ui.Errors
}

func (p *Pages) workdays(w http.ResponseWriter, r *http.Request) error {
	return p.showWorkdays(w, r, nil, ui.Errors{}, 0)
}

func (p *Pages) showWorkdays(w http.ResponseWriter, r *http.Request, typed *workdaysView, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	now, err := p.portals.Workdays(ctx, as)
	if err != nil {
		return err
	}
	v := workdaysView{country: now.Country, lines: holidayLines(now.Holidays)}
	if typed != nil {
		v = *typed
		if code == http.StatusConflict {
			v.now = countryName(ctx, now.Country) + "\n" + holidayLines(now.Holidays)
		}
	}
	v.title, v.at, v.version, v.errs = locale.T(ctx, "portalpages.workdays"), settingsPath(as)+"/workdays", now.Version, errs
	return p.shell.Render(w, r, shell.Page{Title: v.title, Status: code, Crumbs: settingsCrumbs(ctx, as, v.title), Body: workdaysPage(v)})
}

func (p *Pages) saveWorkdays(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	v := workdaysView{country: in.Text("country"), lines: in.Text("holidays")}
	err = p.portals.SetWorkdays(ctx, as, portal.Workdays{Version: in.Int("version"), Country: v.country, Holidays: readHolidays(v.lines)})
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showWorkdays(w, r, &v, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.saved(w, r, settingsPath(as)+"/workdays")
}

// readHolidays reads lines like "2026-12-29..2027-01-03 New Year". What is no day is
// left for the domain to refuse, under the number of its line.
func readHolidays(lines string) []portal.Holiday {
	var out []portal.Holiday
	for line := range strings.Lines(lines) {
		days, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if days == "" {
			continue
		}
		first, last, _ := strings.Cut(days, "..")
		out = append(out, portal.Holiday{First: first, Last: last, Name: strings.TrimSpace(name)})
	}
	return out
}

func holidayLines(list []portal.Holiday) string {
	var out strings.Builder
	for _, h := range list {
		out.WriteString(h.First)
		if h.Last != h.First {
			out.WriteString(".." + h.Last)
		}
		if h.Name != "" {
			out.WriteString(" " + h.Name)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func countryName(ctx context.Context, country string) string {
	if country == "" {
		return locale.T(ctx, "portalpages.workdays.no_country")
	}
	return locale.T(ctx, "portalpages.country."+country)
}

func countries(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: countryName(ctx, "")}}
	for _, c := range workday.Countries() {
		out = append(out, ui.Option{Value: c, Label: countryName(ctx, c)})
	}
	return out
}

func init() { locale.Dynamic("portalpages.country.") }
