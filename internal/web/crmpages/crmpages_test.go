package crmpages_test

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/app"
	"musubi/internal/app/apptest"
	"musubi/internal/locale"
)

// house is a program with one organisation whose administrator is signed in.
func house(t *testing.T, p *apptest.Program) (b *apptest.Browser, base string) {
	t.Helper()
	b = p.Browser(t)
	page := b.Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "結び商事", "time_zone", "Asia/Tokyo",
		"name", "佐藤 結衣", "email", "yui@example.jp", "password", apptest.Password)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("first start: %d", page.StatusCode)
	}
	base = regexp.MustCompile(`^/crm/\d+`).FindString(b.Get("/").To())
	if base == "" {
		t.Fatal("no organisation")
	}
	return b, base
}

// made saves a form and gives where the record stands.
func made(t *testing.T, b *apptest.Browser, at string, values ...string) string {
	t.Helper()
	page := b.Post(at, values...)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s %q: %d\n%s", at, values, page.StatusCode, page.Body)
	}
	return page.To()
}

// has refuses a page without its status or one of the texts.
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

func lacks(t *testing.T, page apptest.Page, text string) {
	t.Helper()
	if strings.Contains(page.Body, text) {
		t.Errorf("%s: %q is there", page.Request.URL, text)
	}
}

func en(key string) string { return locale.For(locale.English, "").T(key) }

// sqlite is a program on one engine: what only the pages decide needs no other.
func sqlite(t *testing.T) *apptest.Program {
	t.Helper()
	return apptest.Start(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "musubi.db")})
}

func TestARecordFromFirstToLast(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b, base := house(t, p)
		if to := b.Get(base).To(); to != base+"/Accounts" {
			t.Errorf("the organisation opens at %q", to)
		}
		has(t, b.Get(base+"/Accounts"), 200, en("crmpages.list.empty_text"), base+"/Accounts/new")

		const hostile = `<script>alert(1)</script>`
		account := made(t, b, base+"/Accounts", "Account_Name", "青空製作所 "+hostile, "Website", "aozora.example", "Annual_Revenue", "1200000")
		has(t, b.Get(account), 200, "&lt;script&gt;alert(1)", `href="https://aozora.example"`, "¥1,200,000", "佐藤 結衣")
		for _, at := range []string{account, account + "/edit", account + "/delete", base + "/Accounts", base + "/search?q=" + url.QueryEscape(hostile)} {
			lacks(t, b.Get(at), hostile)
		}
		has(t, b.Get(base+"/search?q="+url.QueryEscape("空製作")), 200, account)
		has(t, b.Get(base+"/Accounts/suggest?q="+url.QueryEscape("青空")), 200, `"label":"青空製作所`)

		// Without script a look-up is its typed name.
		deal := made(t, b, base+"/Deals", "Deal_Name", "保守", "Closing_Date", "2027-03-31", "Stage", "Qualification", "Amount", "500000",
			"Account_Name", "", "Account_Name.text", "青空製作所 "+hostile)
		has(t, b.Get(deal), 200, account, "Mar 31, 2027", "10%")
		has(t, b.Get(account), 200, deal)
		has(t, b.Get(account+"/related/deals"), 200, deal)

		// Who begins a record at another comes back to that, also after a mistake.
		from := regexp.MustCompile(`/Tasks/new\?[^"]*`).FindString(b.Get(deal).Body)
		cancel := `href="` + deal + `"><span>` + en("web.ui.cancel")
		has(t, b.Get(base+html.UnescapeString(from)), 200, cancel)
		has(t, b.Post(base+"/Tasks", "Subject", "", "from", strings.TrimPrefix(deal, base+"/")), 422, cancel)
		has(t, b.Get(base+"/Tasks/new?from=Nothing/1"), 200, `href="`+base+`/Tasks"><span>`+en("web.ui.cancel"))

		// The chance follows the stage, though the form sends the old one along.
		made(t, b, deal+"/edit", "version", "1", "Stage", "Closed Won", "Probability", "10")
		has(t, b.Get(deal), 200, "100%")

		has(t, b.Post(account+"/notes", "title", "kept title", "body", ""), 422, "kept title", en("crm.note.empty"))
		made(t, b, account+"/notes", "title", "", "body", "call "+hostile)
		has(t, b.Get(account), 200, "call &lt;script")

		to := made(t, b, account+"/delete")
		has(t, b.Get(to), 200, en("crmpages.undo"), account[strings.LastIndex(account, "/")+1:]+"/restore")
		has(t, b.Get(account), 404)
		has(t, b.Get(base+"/bin"), 200, "青空製作所")
		restore := base + "/bin/Accounts" + account[strings.LastIndex(account, "/"):] + "/restore"
		made(t, b, restore)
		made(t, b, restore) // twice does no harm
		has(t, b.Get(account), 200)
	})
}

func TestNothingTypedIsLost(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	page := b.Post(base+"/Contacts", "Last_Name", "", "Email", "not an address", "Account_Name", "", "Account_Name.text", "nobody knows", "Description", "a long story")
	has(t, page, 422, "not an address", "nobody knows", "a long story", en("crm.field.email"), en("crm.field.lookup"), en("crm.field.required"))
	if strings.Contains(b.Get(base+"/Contacts").Body, "a long story") {
		t.Error("it was saved all the same")
	}
	account := made(t, b, base+"/Accounts", "Account_Name", "Aozora")
	id := account[strings.LastIndex(account, "/")+1:]
	has(t, b.Get(base+"/Contacts/new?Account_Name="+id), 200, `value="Aozora"`, `value="`+id+`"`)
	has(t, b.Get(base+"/Deals?Account_Name.text=Nobody"), 422, "Nobody", en("crm.field.lookup"))
	has(t, b.Get(base+"/Accounts?sort=Fax"), 422)
}

func TestAStaleSaveShowsBoth(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	account := made(t, b, base+"/Accounts", "Account_Name", "Aozora", "Phone", "000")
	made(t, b, account+"/edit", "version", "1", "Account_Name", "Aozora", "Phone", "111-theirs")
	page := b.Post(account+"/edit", "version", "1", "Account_Name", "Aozora", "Phone", "222-mine")
	has(t, page, 409, "111-theirs", "222-mine", `name="version" value="2"`, en("crmpages.form.save_anyway"))
	has(t, b.Get(account), 200, "111-theirs")
	made(t, b, account+"/edit", "version", "2", "Account_Name", "Aozora", "Phone", "222-mine")
	has(t, b.Get(account), 200, "222-mine")
}

func TestWhatIsNotTheirsIsNotFound(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	account := made(t, b, base+"/Accounts", "Account_Name", "Aozora")
	has(t, b.Get(account), 200) // takes the message that it was made
	other := strings.Replace(account, base, "/crm/1", 1)
	for _, at := range []string{other, other + "/edit", "/crm/1/Accounts", "/crm/1/search?q=ozor", "/crm/1/bin", "/crm/1/Accounts/suggest?q=ozor",
		base + "/Nothing", base + "/Accounts/1", base + "/Accounts/x", base + "/Deals" + account[strings.LastIndex(account, "/"):]} {
		page := b.Get(at)
		has(t, page, 404)
		lacks(t, page, "Aozora")
	}
	has(t, b.Post(other+"/delete"), 404)
	if page := p.Browser(t).Get(account); page.StatusCode != http.StatusSeeOther || !strings.HasPrefix(page.To(), "/signin") {
		t.Errorf("nobody: %d %s", page.StatusCode, page.To())
	}
	has(t, b.Get(account), 200)
}
