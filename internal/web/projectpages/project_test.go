package projectpages_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/app"
	"musubi/internal/app/apptest"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
)

// house starts a program on one engine, since what only the pages decide needs no
// other, and gives its first person's browser and the portal that person owns.
func house(t *testing.T) (b *apptest.Browser, base string) {
	t.Helper()
	p := apptest.Start(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "musubi.db")})
	b = p.Browser(t)
	page := b.Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "結び商事", "time_zone", "Asia/Tokyo",
		"name", "佐藤 結衣", "email", "yui@example.jp", "password", apptest.Password)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("first start: %d", page.StatusCode)
	}
	_, who, err := p.Ground.Identity.SignIn(t.Context(), "yui@example.jp", apptest.Password, identity.Client{Agent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.Project.Portals.Create(t.Context(), who, portal.NewPortal{Name: "みなとデリバリー"})
	if err != nil {
		t.Fatal(err)
	}
	return b, "/portal/" + made.ID.String()
}

// TestABudgetSaysBothItsBounds: whatever is no budget is told where budgets begin and
// end, and what was typed stays.
func TestABudgetSaysBothItsBounds(t *testing.T) {
	b, base := house(t)
	project := b.Post(base+"/projects", "name", "塗装").To()
	if project == "" {
		t.Fatal("no project")
	}
	version := regexp.MustCompile(`name="version" value="(\d+)"`)
	for _, typed := range []string{"-5", "-0:30", "100001", "99999999999999999999", "NaN", "たくさん"} {
		found := version.FindStringSubmatch(b.Get(project + "/edit").Body)
		if found == nil {
			t.Fatal("the form has no version")
		}
		for at, page := range map[string]apptest.Page{
			"new": b.Post(base+"/projects", "name", "床", "budget", typed), "edit": b.Post(project+"/edit", "name", "塗装", "version", found[1], "budget", typed),
		} {
			if page.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "from 0 to 100,000") || !strings.Contains(page.Body, `value="`+typed+`"`) {
				t.Errorf("%s with %q: %d", at, typed, page.StatusCode)
			}
		}
	}
}
