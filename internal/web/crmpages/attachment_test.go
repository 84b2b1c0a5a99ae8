package crmpages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/app/apptest"
)

func TestFilesOnPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b, base := house(t, p)
		account := made(t, b, base+"/Accounts", "Account_Name", "青空製作所")
		page := b.Upload(account+"/files", "files", nil, `C:\見積\見積書"; x=.pdf`, "%PDF-1.7 body", "<img src=x onerror=alert(1)>.html", "<html><script>alert(1)</script>",
			"絵.png", "\x89PNG\x0d\x0a\x1a\x0a")
		if page.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", page.StatusCode, page.Body)
		}
		page = b.Get(account)
		has(t, page, 200, "&lt;img src=x onerror=alert(1)&gt;.html", "絵.png", en("crmpages.act.attached"))
		lacks(t, page, "<img src=x")
		links := regexp.MustCompile(`class="file-name" href="([^"]+)"`).FindAllStringSubmatch(page.Body, -1)
		if len(links) != 3 {
			t.Fatalf("%v", links)
		}
		for i, want := range []struct{ kind, how, policy string }{
			{"image/png", "inline", "sandbox"}, {"application/octet-stream", "attachment", "sandbox"}, {"application/pdf", "inline", "default-src 'none'"},
		} {
			got := b.Get(links[i][1])
			h := got.Header
			if got.StatusCode != 200 || h.Get("Content-Type") != want.kind || !strings.HasPrefix(h.Get("Content-Disposition"), want.how+";") ||
				!strings.Contains(h.Get("Content-Security-Policy"), want.policy) || strings.Contains(h.Get("Content-Security-Policy"), "script-src") ||
				h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" {
				t.Errorf("file %d: %d %v", i, got.StatusCode, h)
			}
			if how := b.Get(links[i][1] + "?save").Header.Get("Content-Disposition"); !strings.HasPrefix(how, "attachment;") {
				t.Errorf("to save: %q", how)
			}
		}
		if got := b.Get(links[2][1]); got.Body != "%PDF-1.7 body" {
			t.Errorf("%q", got.Body)
		}
		// What is refused says why; what is not is there.
		page = b.Upload(account+"/files", "files", nil, "big.bin", strings.Repeat("x", 20<<20+1), "good.txt", "ok", "..", "no name")
		has(t, page, 422, "big.bin", "20 MB", "good.txt", en("files.fault.name"))
		many := []string{}
		for range 11 {
			many = append(many, "one.txt", "1")
		}
		has(t, b.Upload(account+"/files", "files", nil, many...), 422, en("web.files_refused"))
		has(t, b.Upload(account+"/files", "files", nil), 422, en("web.file_missing"))
		has(t, b.Upload(account+"/files", "other", nil, "a.txt", "a"), 422, en("web.file_missing"))
		for _, kind := range []string{"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x", "text/plain", ""} {
			for _, body := range []string{"", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\nhalf", "--x\r\n\x00\r\n\r\n"} {
				if page := b.Send(account+"/files", body, kind); page.StatusCode != 422 {
					t.Errorf("%q %q: %d", kind, body, page.StatusCode)
				}
			}
		}
		lacks(t, b.Get(account+"/files"), "half")
		for _, path := range []string{"/files/1", "/files/x", "/files/1/delete"} {
			if page := b.Get(account + path); page.StatusCode != 404 {
				t.Errorf("%s: %d", path, page.StatusCode)
			}
		}
		made(t, b, links[1][1]+"/delete")
		has(t, b.Get(links[1][1]), 404)
		has(t, b.Get(account), 200, en("crmpages.act.detached"))
	})
}

// TestAFormAttachesOnce: a second click and going back and sending again add nothing;
// another file chosen after going back is added.
func TestAFormAttachesOnce(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	account := made(t, b, base+"/Accounts", "Account_Name", "青空製作所")
	found := regexp.MustCompile(`name="once" value="([^"]+)"`).FindStringSubmatch(b.Get(account).Body)
	if found == nil {
		t.Fatal("the form has no token")
	}
	form := url.Values{"once": {found[1]}}
	for _, files := range [][]string{{"a.txt", "one", "b.txt", "two"}, {"a.txt", "one", "b.txt", "two"}, {"c.txt", "three"}, {"a.txt", "one, revised"}} {
		if page := b.Upload(account+"/files", "files", form, files...); page.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", page.StatusCode, page.Body)
		}
	}
	links := regexp.MustCompile(`class="file-name" href="[^"]+">([^<]+)<`).FindAllStringSubmatch(b.Get(account).Body, -1)
	var names []string
	for _, l := range links {
		names = append(names, l[1])
	}
	if got := strings.Join(names, " "); got != "a.txt c.txt b.txt a.txt" {
		t.Errorf("attached: %s", got)
	}
	form.Set("once", strings.Repeat("x", 5000))
	has(t, b.Upload(account+"/files", "files", form, "d.txt", "four"), 422, en("crm.fault.invalid"))
}
