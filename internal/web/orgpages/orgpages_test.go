package orgpages_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/app"
	"musubi/internal/app/apptest"
	"musubi/internal/locale"
)

// house is a program with one organisation whose administrator is signed in, and the
// address of its set-up.
func house(t *testing.T) (b *apptest.Browser, setup string) {
	t.Helper()
	p := apptest.Start(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "musubi.db")})
	b = p.Browser(t)
	page := b.Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "結び商事", "time_zone", "Asia/Tokyo",
		"name", "佐藤 結衣", "email", "yui@example.jp", "password", apptest.Password)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("first start: %d", page.StatusCode)
	}
	return b, regexp.MustCompile(`^/crm/\d+`).FindString(b.Get("/").To()) + "/setup"
}

func has(t *testing.T, page apptest.Page, status int, texts ...string) {
	t.Helper()
	if page.StatusCode != status {
		t.Errorf("%s: %d, want %d", page.Request.URL, page.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(page.Body, text) {
			t.Errorf("%s: %q is missing", page.Request.URL, text)
		}
	}
}

func lacks(t *testing.T, page apptest.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page.Body, text) {
			t.Errorf("%s: %q is there", page.Request.URL, text)
		}
	}
}

// done posts what must succeed and gives where it leads.
func done(t *testing.T, b *apptest.Browser, at string, values ...string) string {
	t.Helper()
	page := b.Post(at, values...)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s %q: %d\n%s", at, values, page.StatusCode, page.Body)
	}
	return page.To()
}

func en(key string) string { return locale.For(locale.English, "").T(key) }

// option gives the value of the choice with the label, indented or not.
func option(t *testing.T, page apptest.Page, label string) string {
	t.Helper()
	found := regexp.MustCompile(`<option value="(\d+)"[^>]*>[\x{a0}]*` + regexp.QuoteMeta(label) + `</option>`).FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("%s: no choice %q", page.Request.URL, label)
	}
	return found[1]
}

// linked gives the address of the link with the label.
func linked(t *testing.T, page apptest.Page, label string) string {
	t.Helper()
	found := regexp.MustCompile(`<a href="([^"]+)"[^>]*>` + regexp.QuoteMeta(label) + `</a>`).FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("%s: no link %q", page.Request.URL, label)
	}
	return found[1]
}

func TestAProfileFromFirstToLast(t *testing.T) {
	b, setup := house(t)
	profiles := b.Get(setup + "/profiles")
	has(t, profiles, 200, en("access.fault.two_users"), en("orgpages.profile.system"))
	standard := option(t, profiles, en("access.profile.standard"))
	has(t, b.Post(setup+"/profiles", "source", standard, "name", "閲覧のみ"), 409, en("access.fault.two_users"), `value="閲覧のみ"`)

	done(t, b, setup+"/users", "email", "ren@example.jp", "name", "高橋 蓮", "profile", standard, "role", option(t, b.Get(setup+"/users"), en("access.role.manager")))
	has(t, b.Post(setup+"/profiles", "source", standard, "name", " "), 422, en("access.fault.name_required"))
	at := done(t, b, setup+"/profiles", "source", standard, "name", "閲覧のみ")
	has(t, b.Post(setup+"/profiles", "source", standard, "name", "閲覧のみ"), 409, en("access.fault.name_taken"))
	has(t, b.Get(at), 200, `name="Deals.delete" value="on"`, `name="version" value="1"`)

	// Creating needs viewing, whatever arrives.
	done(t, b, at, "version", "1", "name", "閲覧のみ", "Accounts.view", "on")
	done(t, b, at, "version", "2", "name", "閲覧のみ", "Accounts.view", "on", "Contacts.create", "on", "permission", "export")
	ticked := func(name string) string { return `name="` + name + `" value="on" aria-label="` }
	page := b.Get(at)
	for _, name := range []string{"Accounts.view", "Contacts.view", "Contacts.create"} {
		if !regexp.MustCompile(regexp.QuoteMeta(ticked(name)) + `[^"]*" checked`).MatchString(page.Body) {
			t.Errorf("%s is not ticked", name)
		}
	}
	if regexp.MustCompile(regexp.QuoteMeta(ticked("Deals.view")) + `[^"]*" checked`).MatchString(page.Body) {
		t.Error("Deals.view is ticked")
	}
	stale := b.Post(at, "version", "2", "name", "閲覧だけ", "Accounts.view", "on", "Accounts.edit", "on")
	has(t, stale, 409, en("orgpages.stale.mine"), "<td class=\"\" data-label=\""+en("orgpages.stale.theirs")+"\">閲覧のみ</td>", ">Accounts – Edit</td>", ">Contacts – Create</td>",
		en("orgpages.save_anyway"), `name="version" value="3"`, `value="閲覧だけ"`)
	lacks(t, stale, ">Deals – View</td>")

	// Administrator and standard stay; the administrator's rights are fixed.
	admin := linked(t, profiles, en("access.profile.administrator"))
	has(t, b.Get(admin), 200, en("orgpages.profile.locked"), "disabled")
	has(t, b.Post(admin, "version", "1", "name", "x"), 409, en("access.fault.locked_profile"))
	has(t, b.Post(setup+"/profiles/"+standard+"/delete", "version", "1", "move_to", at[strings.LastIndex(at, "/")+1:]), 409, en("access.fault.default_profile"))

	user := linked(t, b.Get(setup+"/users"), "高橋 蓮")
	done(t, b, user, "version", "1", "profile", option(t, b.Get(user), "閲覧のみ"), "role", option(t, b.Get(user), en("access.role.manager")))
	has(t, b.Get(at+"/delete"), 200, "閲覧のみ")
	has(t, b.Post(at+"/delete", "version", "1", "move_to", standard), 409, en("access.fault.stale"))
	has(t, b.Post(at+"/delete", "version", "3", "move_to", "1"), 404, en("access.fault.no_profile"), `name="move_to"`)
	done(t, b, at+"/delete", "version", "3", "move_to", standard)
	has(t, b.Get(at), 404)
	has(t, b.Get(ui(setup, standard)), 200, "高橋 蓮")
}

func ui(setup, profile string) string { return setup + "/users?has_profile=" + profile }

func TestTheTreeOfRoles(t *testing.T) {
	b, setup := house(t)
	tree := b.Get(setup + "/roles")
	top, manager := linked(t, tree, en("access.role.ceo")), option(t, tree, en("access.role.manager"))
	lacks(t, b.Get(top), top+"/move", top+"/delete")
	has(t, b.Post(top+"/delete", "version", "1", "move_to", manager), 409, en("access.fault.top_role"))
	has(t, b.Post(setup+"/roles", "parent", "1", "name", "営業"), 404, en("access.fault.no_role"), `value="営業"`)
	has(t, b.Post(setup+"/roles", "parent", manager, "name", en("access.role.manager")), 409, en("access.fault.name_taken"))
	for name, parent := range map[string]string{"営業": en("access.role.manager"), "開発": en("access.role.ceo")} {
		done(t, b, setup+"/roles", "name", name, "parent", option(t, b.Get(setup+"/roles"), parent))
	}
	done(t, b, setup+"/roles", "name", "新人", "parent", option(t, b.Get(setup+"/roles"), "営業"))
	sales := linked(t, b.Get(setup+"/roles"), "営業")
	page := b.Get(sales)
	lacks(t, page, "新人", ">\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0営業<") // nothing goes under itself
	done(t, b, sales, "version", "1", "name", "東日本営業")
	has(t, b.Post(sales, "version", "1", "name", "西日本営業"), 409, en("orgpages.stale.theirs"), "東日本営業</td>", "西日本営業</td>")
	developers := option(t, page, "開発")
	has(t, b.Post(sales+"/move", "version", "1", "parent", developers), 409, en("access.role.manager")+"</td>", "開発</td>")
	below := linked(t, b.Get(setup+"/roles"), "新人")
	has(t, b.Post(sales+"/move", "version", "2", "parent", below[strings.LastIndex(below, "/")+1:]), 409, en("access.fault.role_circle"))
	done(t, b, sales+"/move", "version", "2", "parent", developers)
	has(t, b.Get(sales+"/delete"), 200, `value="`+developers+`" selected`)
	done(t, b, sales+"/delete", "version", "3", "move_to", developers)
	has(t, b.Get(sales), 404)
	has(t, b.Get(below), 200, `value="`+developers+`" selected`)
	has(t, b.Get(setup+"?q=%E5%BD%B9%E8%81%B7"), 200, setup+`/roles"`)
	has(t, b.Get(setup+"?q=clone"), 200, setup+`/profiles"`)
}

func TestTheOrganisationAndItsEdition(t *testing.T) {
	b, setup := house(t)
	at := setup + "/organisation"
	done(t, b, at, "version", "1", "name", "結び商会", "time_zone", "Asia/Tokyo", "currency", "JPY", "locale", "ja")
	stale := b.Post(at, "version", "1", "name", "結び物産", "time_zone", "Asia/Tokyo", "currency", "JPY", "locale", "en")
	has(t, stale, 409, "結び物産</td>", "結び商会</td>", en("orgpages.locale.ja")+"</td>", `value="結び物産"`, `name="version" value="2"`, en("orgpages.save_anyway"))
	lacks(t, stale, "Asia/Tokyo</td>")
	has(t, b.Get(at), 200, "結び商会")

	// The edition is asked about first, and nothing changes by being asked.
	has(t, b.Get(at), 200, at+"/edition", en("orgpages.edition.to_free"))
	has(t, b.Get(at+"/edition"), 200, en("orgpages.edition.to_free.text"), `name="edition" value="free"`)
	has(t, b.Post(at+"/edition", "version", "1", "edition", "free"), 409, en("access.fault.stale"), `name="version" value="2"`)
	done(t, b, at+"/edition", "version", "2", "edition", "free")
	has(t, b.Get(at+"/edition"), 200, en("orgpages.edition.to_paid.text"), `name="edition" value="paid"`)
	done(t, b, setup+"/sharing", "module", "Accounts", "version", "1", "sharing.Accounts", "read")
	has(t, b.Get(setup+"/audit"), 200, en("orgpages.edition.paid")+" → "+en("orgpages.edition.free"), "Accounts: "+en("orgpages.share.private")+" → "+en("orgpages.share.read"))
}

func TestUsersAndTheirInvitations(t *testing.T) {
	b, setup := house(t)
	users := b.Get(setup + "/users")
	place := []string{"profile", option(t, users, en("access.profile.standard")), "role", option(t, users, en("access.role.manager"))}
	has(t, users, 200, `value="`+place[1]+`" selected`, `value="`+place[3]+`" selected`) // nobody is made administrator by mistake
	has(t, b.Post(setup+"/users", "email", "ren@example.jp", "name", "高橋 蓮", "profile", "1", "role", place[3]), 404, en("access.fault.no_profile"), `value="高橋 蓮"`)
	to := done(t, b, setup+"/users", append(place, "email", "ren@example.jp", "name", "高橋 蓮")...)
	page := b.Get(to)
	has(t, page, 200, en("orgpages.kept"))
	letter := regexp.MustCompile(setup + `/outbox/\d+`).FindString(page.Body)
	has(t, b.Get(letter), 200, "/invitations/")
	lacks(t, b.Get(setup+"/users"), en("orgpages.kept"))
	has(t, b.Get(setup+"/users?invited=1"), 200)

	user := linked(t, page, "高橋 蓮")
	done(t, b, user+"/name", "version", "1", "name", "高橋 連")
	has(t, b.Post(user+"/name", "version", "1", "name", "高橋 廉"), 409, "高橋 廉</td>", "高橋 連</td>")
	has(t, b.Post(user, append(place, "version", "1")...), 409, en("orgpages.stale.same"), en("orgpages.save_anyway"))
	has(t, b.Post(user+"/email", "version", "2", "email", "nobody"), 422, `value="nobody"`)
	has(t, b.Post(user+"/email", "version", "2", "email", "yui@example.jp"), 409, en("access.fault.email_taken"))
	page = b.Get(done(t, b, user+"/email", "version", "2", "email", "ren2@example.jp"))
	has(t, page, 200, "ren2@example.jp", en("orgpages.kept"))
	if next := regexp.MustCompile(setup + `/outbox/\d+`).FindString(page.Body); next == letter {
		t.Error("the hint leads to the letter for the former address")
	}
	me := linked(t, page, "佐藤 結衣")
	has(t, b.Post(me, append(place, "version", "1")...), 409, en("access.fault.last_admin"))
}
