//go:build !race

// The walk asks one question after the other, so the race detector has nothing to see
// in it and makes it six times as slow: .ci/unit runs it without.

package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"musubi/internal/identity"
	"musubi/internal/store/storetest"
)

// junk are ids that are none.
var junk = []string{"0", "-1", "abc", "9007199254740993", "%00", "%ff", "..%2f..%2fetc", strings.Repeat("9", 3000)}

// hostile are texts somebody may send in any field.
var hostile = []string{"", "'; DROP TABLE crm_users; --", `<script>alert(1)</script>"><img src=x onerror=alert(1)>`, "a\x00b", "\xff\xfe", "-1",
	"9223372036854775808", "=HYPERLINK(\"http://x\")", strings.Repeat("長", 700)}

// hostileQueries are what may follow an address.
var hostileQueries = []string{"cursor=wrong&size=1000000000&sort=';--&q=%25_%5C&status=nope&desc=1&filter=x", "cursor=%00&q=%00&sort=%00", "q=%ff&size=-1&page=x&cursor=eyJ9", "q=" + strings.Repeat("x", 20_000)}

// TestNoRouteShowsAnothersData walks every route as every kind of person with their
// own ids, with their neighbour's and with none, and lets them send what they like.
func TestNoRouteShowsAnothersData(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		w := newWalkWorld(t, database)
		a, b := w.sides[0], w.sides[1]
		routes := w.routes()
		loner := a.person("loner", "loner@example.org", "en")
		own := a.word
		visitors := []*visitor{
			w.visitor("admin", a.people["admin"], b.word),
			w.visitor("standard", a.people["standard"], b.word),
			w.visitor("tabless", a.people["tabless"], b.word+"|"+own+"(work|inner|secret|portal)"),
			w.visitor("client", a.people["client"], b.word+"|"+own+"(crm|inner|secret)"),
			w.visitor("contractor", a.people["contractor"], b.word+"|"+own+"(crm|secret)"),
			w.visitor("staff", a.people["staff"], b.word+"|"+own+"crm"),
			w.visitor("loner", loner, b.word+"|"+own+"(crm|portal|work|inner|secret)"),
			w.visitor("nobody", identity.Person{}, b.word+"|"+own),
		}
		if w.app.Ground.DB.Dialect().Name() == "postgres" {
			visitors = slices.DeleteFunc(visitors, func(v *visitor) bool { return !v.bold() }) // the others meet no other statement
		}
		for _, v := range visitors {
			v.readAll(routes, a, b)
			v.control(own)
		}
		before := w.snapshot(t, b)
		for _, v := range visitors {
			if v.key == "admin" || v.key == "nobody" {
				v.crossSite(routes, a)
			}
			v.actOnOthers(routes, a, b)
		}
		for _, v := range visitors {
			v.actBadly(routes, a)
		}
		w.same(t, before, w.snapshot(t, b))
	})
}

// bold are the visitors who try everything there is; with their rights acts go deepest.
func (v *visitor) bold() bool { return v.key == "admin" || v.key == "staff" }

// control makes sure that the walk could have found something: everybody was shown
// what is theirs.
func (v *visitor) control(own string) {
	v.t.Helper()
	for _, part := range map[string][]string{"admin": {" account", "crm contact", "crm deal", "crm note", "work project", "inner task", "inner milestone", "inner bug"},
		"standard": {"crm organisation"}, "tabless": {"crm organisation"}, "client": {"portal"}, "contractor": {"portal"}}[v.key] {
		if !strings.Contains(v.all.String(), own+part) {
			v.t.Errorf("%s was never shown %q", v.key, own+part)
		}
	}
}

// readAll asks for every page.
func (v *visitor) readAll(routes []route, a, b *side) {
	v.t.Helper()
	for _, r := range routes {
		if r.method != http.MethodGet {
			continue
		}
		modules := []string{""}
		if strings.Contains(strings.ToLower(r.pattern), "{module}") {
			modules = []string{"Accounts", "Contacts", "Deals"}
		}
		for _, module := range modules {
			own := r.fill(v.t, a, a, module, "")
			page := v.ask(r.method, own, nil)
			part := v.ask(r.method, own, nil, "HX-Request", "true")
			v.gate(r, own, page)
			v.gate(r, own, part)
			if r.house() == "" || module == "Contacts" || module == "Deals" {
				continue
			}
			theirs := r.fill(v.t, b, b, module, "")
			for _, header := range [][]string{nil, {"HX-Request", "true"}} {
				v.refused(r, theirs, v.ask(r.method, theirs, nil, header...))
				if r.parameters() > 0 && strings.ContainsAny(v.idsOf(r), "123456789") {
					mixed := r.fill(v.t, a, b, module, "")
					v.refused(r, mixed, v.ask(r.method, mixed, nil, header...))
				}
			}
		}
		if !v.bold() {
			continue
		}
		for _, q := range hostileQueries {
			v.ask(r.method, r.fill(v.t, a, a, "", "")+"?"+q, nil)
		}
		if r.parameters() > 0 {
			for _, j := range junk {
				v.refused(r, j, v.ask(r.method, r.fill(v.t, a, a, "", j), nil))
			}
		}
	}
}

// idsOf tells whether a route holds ids: what filling it with two sides changes.
func (v *visitor) idsOf(r route) string {
	a, b := v.w.sides[0], v.w.sides[1]
	if r.fill(v.t, a, a, "", "") == r.fill(v.t, a, b, "", "") {
		return ""
	}
	return "1"
}

// refused: what is not theirs is not there; who is in the house may hear that the act
// is not theirs, and nobody is sent to the door.
func (v *visitor) refused(r route, address string, a answer) {
	v.t.Helper()
	if strings.HasPrefix(a.to(), "/signin") && v.key == "nobody" {
		return
	}
	if strings.Contains(r.pattern, "/setup/apps/") && a.to() == "/crm/"+v.w.sides[0].org.String()+"/setup/integration" {
		return // an old address only leads on, to one that is walked itself
	}
	switch a.code {
	case http.StatusNotFound, http.StatusForbidden:
		return
	case http.StatusOK: // a part that shows nothing takes itself out of the page
		if a.body == "" && a.to() == "" {
			return
		}
	}
	v.once("refused "+r.String(), "%s: %s (%s): %d to %q, not refused", v.key, r, short(address), a.code, a.to())
}

// gate: the pages that belong to somebody else of the house are refused.
func (v *visitor) gate(r route, address string, a answer) {
	v.t.Helper()
	in := map[string]string{"admin": "crm portal", "standard": "crm portal", "tabless": "crm", "client": "portal", "contractor": "portal", "staff": "portal"}[v.key]
	p := r.pattern
	switch {
	case v.key == "nobody":
		if r.house() != "" || strings.HasPrefix(p, "/me") {
			v.refused(r, address, a)
		}
	case r.house() != "" && !strings.Contains(in, r.house()),
		v.key == "tabless" && strings.Contains(p, "/projects"),
		v.key != "admin" && strings.HasPrefix(p, "/crm/{org}/setup"):
		v.refused(r, address, a)
	case v.key == "admin" && r.house() != "" && address == r.fill(v.t, v.w.sides[0], v.w.sides[0], "Accounts", "") && !elsewhere(p) && a.code >= http.StatusBadRequest:
		v.once("own "+r.String(), "admin: %s (%s): the administrator and owner gets %d", r, address, a.code)
	}
}

// elsewhere are pages of things that the world holds in no such state: attachments of a
// letter without any, records and projects that are not in the bin, an import that did
// nothing yet. That they refuse is right; their own tests open them.
func elsewhere(pattern string) bool {
	return strings.Contains(pattern, "{place}") || strings.HasSuffix(pattern, "/purge") || strings.HasSuffix(pattern, "{run}/undo")
}

// crossSite sends every act as another site would make the browser do.
func (v *visitor) crossSite(routes []route, a *side) {
	v.t.Helper()
	for _, r := range routes {
		if r.method != http.MethodPost {
			continue
		}
		address := r.fill(v.t, a, a, "", "")
		if got := v.ask(r.method, address, nil, "Sec-Fetch-Site", "cross-site"); got.code != http.StatusForbidden {
			v.once("cross "+r.String(), "%s: %s from another site: %d", v.key, r, got.code)
		}
		if got := v.ask(r.method, address, nil, "Sec-Fetch-Site", "", "Origin", "https://evil.example"); got.code != http.StatusForbidden {
			v.once("origin "+r.String(), "%s: %s from another origin: %d", v.key, r, got.code)
		}
	}
}

// form fills every field ever seen with a value.
func (v *visitor) form(value string) url.Values {
	f := url.Values{}
	for _, name := range v.names() {
		f.Set(name, value)
	}
	return f
}

// actOnOthers sends every act to the neighbours' house, to the own with the
// neighbours' ids in the address, and with them in every field.
func (v *visitor) actOnOthers(routes []route, a, b *side) {
	v.t.Helper()
	for _, r := range routes {
		if r.method != http.MethodPost || r.house() == "" {
			continue
		}
		for i, f := range []url.Values{nil, v.form("1"), v.form(b.ids["project"].String())} {
			theirs := r.fill(v.t, b, b, "", "")
			v.refused(r, theirs, v.ask(r.method, theirs, f))
			if v.idsOf(r) != "" {
				mixed := r.fill(v.t, a, b, "", "")
				got := v.ask(r.method, mixed, f)
				// A form with errors may be shown before its address is looked up, but never done.
				if i == 0 && got.code == http.StatusOK || got.code == http.StatusSeeOther && v.key != "nobody" {
					v.once("mixed "+r.String(), "%s: %s (%s): %d to %q", v.key, r, mixed, got.code, got.to())
				}
			}
		}
		kinds := []string{"project", "Accounts", "Contacts", "company", "member", "user", "profile", "task"}
		if !v.bold() {
			kinds = kinds[:2]
		}
		for _, key := range kinds {
			v.ask(r.method, r.fill(v.t, a, a, "", ""), v.form(b.ids[key].String()))
		}
	}
}

// actBadly sends every act with what no honest browser sends.
func (v *visitor) actBadly(routes []route, a *side) {
	v.t.Helper()
	for _, r := range routes {
		if r.method != http.MethodPost || r.house() == "" && v.key != "admin" && v.key != "nobody" {
			continue
		}
		address := r.fill(v.t, a, a, "", "")
		texts := hostile
		if !v.bold() {
			texts = hostile[2:4]
		}
		for _, text := range texts {
			v.ask(r.method, address, v.form(text))
		}
		if !v.bold() {
			continue
		}
		v.ask(r.method, address, url.Values{"name": {strings.Repeat("x", 1<<20)}})
		v.ask(r.method, address, v.form("1"), "Content-Type", "multipart/form-data; boundary=")
		v.ask(r.method, address, v.form("1"), "Content-Type", "application/json")
		if r.parameters() > 0 {
			for _, j := range junk {
				v.ask(r.method, r.fill(v.t, a, a, "", j), v.form(strconv.Itoa(1)))
			}
		}
	}
}
