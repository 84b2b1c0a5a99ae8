package mail_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/mail"
	"musubi/internal/mail/mailtest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

const org, other = id.ID(71), id.ID(72)

type world struct {
	t       *testing.T
	db      *store.DB
	queue   *jobs.Queue
	letters *mail.Service
}

func newWorld(t *testing.T, db *store.DB, smtp string) world {
	t.Helper()
	w := world{t: t, db: db, queue: jobs.New(db, slog.New(slog.DiscardHandler))}
	o := mail.Options{SMTP: smtp, From: "結び <musubi@example.com>", BaseURL: "https://musubi.example.com"}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	w.letters = mail.New(db, w.queue, o)
	return w
}

func (w world) send(l mail.Letter) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return w.letters.Send(ctx, tx, l)
	}); err != nil {
		w.t.Fatal(err)
	}
}

// outbox is what an administrator of the tenant sees, the latest first.
func (w world) outbox(t mail.Tenant) []mail.Message {
	w.t.Helper()
	list, err := w.letters.List(w.t.Context(), t, page.Request{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

func (w world) only() mail.Message {
	w.t.Helper()
	list := w.outbox(mail.Tenant{Org: org})
	if len(list) != 1 {
		w.t.Fatalf("%d letters", len(list))
	}
	m, err := w.letters.Get(w.t.Context(), mail.Tenant{Org: org}, list[0].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// invitation uses words of another room: letters carry any room's keys.
func invitation() mail.Letter {
	return mail.Letter{
		Tenant: mail.Tenant{Org: org}, To: mail.Address{Name: "山田 太郎", Email: "taro@example.com"}, Locale: "ja",
		Subject: "access.mail.invited.subject", Lines: []string{"access.mail.deactivated.body", "access.mail.invited.ask"},
		Args:   fault.Args{"Organisation": "株式会社あおぞら<b>\r\nBcc: evil@example.com", "By": "鈴木"},
		Action: mail.Action{Label: "access.mail.invited.action", Path: "/invitations/abc"}, Private: true,
	}
}

func TestLetterArrives(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		server, url := serve(t)
		w := newWorld(t, db, url)
		l := invitation()
		l.Attachments = []mail.Attachment{{Name: "取込結果.csv", Type: "text/csv", Data: []byte("会社,結果\n")}}
		w.send(l)
		if m := w.only(); m.State != mail.StateQueued || m.Link != "" || m.Label != "招待を承認する" {
			t.Errorf("before: %+v", m)
		}
		if link := mailtest.Last(t, db, "taro@example.com").Link; link != "https://musubi.example.com/invitations/abc" {
			t.Errorf("link %q", link)
		}
		jobstest.Drain(t, w.queue)
		jobstest.Drain(t, w.queue)
		got := server.take()
		if len(got) != 1 {
			t.Fatalf("%d messages", len(got))
		}
		m := got[0]
		for what, ok := range map[string]bool{
			"to":           m.To == "taro@example.com",
			"from":         m.From == "結び <musubi@example.com>" || m.From == `"結び" <musubi@example.com>`,
			"subject":      m.Subject == "鈴木さんから、株式会社あおぞら<b> Bcc: evil@example.comのCRMへの招待が届いています",
			"text":         strings.Contains(m.Parts["text/plain"], "招待を承認する\nhttps://musubi.example.com/invitations/abc\n"),
			"footer":       strings.Contains(m.Parts["text/plain"], "自動送信"),
			"html escaped": strings.Contains(m.Parts["text/html"], "株式会社あおぞら&lt;b&gt; Bcc") && !strings.Contains(m.Parts["text/html"], "<b>"),
			"html link":    strings.Contains(m.Parts["text/html"], `href="https://musubi.example.com/invitations/abc"`),
			"file":         m.Parts["取込結果.csv"] == "会社,結果\n",
			"message id":   strings.HasSuffix(m.MessageID, "@musubi.example.com>"),
		} {
			if !ok {
				t.Errorf("%s is wrong: %+v", what, m)
			}
		}
		after := w.only()
		if after.State != mail.StateSent || after.SentAt.IsZero() || after.Tries != 1 || !cmp.Equal(after.Attachments, []string{"取込結果.csv"}) {
			t.Errorf("after: %+v", after)
		}
		if link := mailtest.Last(t, db, "taro@example.com").Link; link != "" {
			t.Errorf("the one-time link is still kept: %q", link)
		}
	})
}

func TestServerRefuses(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		server, url := serve(t)
		for _, c := range []struct {
			name    string
			answers []int
			first   mail.State
			last    mail.State
			tries   int
		}{
			{"for good", []int{550}, mail.StateFailed, mail.StateFailed, 1},
			{"for now", []int{451, 451}, mail.StateQueued, mail.StateSent, 3},
			{"and never lets it in", func() (all []int) {
				for range 30 {
					all = append(all, 451)
				}
				return all
			}(), mail.StateQueued, mail.StateFailed, 16},
		} {
			w := newWorld(t, db, url)
			server.answers = nil
			server.answer(c.answers...)
			l := invitation()
			l.Unique = c.name
			w.send(l)
			jobstest.Drain(t, w.queue)
			list := w.outbox(mail.Tenant{Org: org})
			if m := list[0]; m.State != c.first || m.Tries != 1 || !strings.Contains(m.Reason, "Nobody here") {
				t.Errorf("%s: at first %+v", c.name, m)
			}
			for range 30 {
				clock.Advance(40 * time.Minute)
				jobstest.Drain(t, w.queue)
			}
			if m := w.outbox(mail.Tenant{Org: org})[0]; m.State != c.last || m.Tries != c.tries {
				t.Errorf("%s: at last %+v", c.name, m)
			}
		}
		if got := server.take(); len(got) != 1 {
			t.Errorf("%d messages", len(got))
		}
	})
}

func TestServerIsAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "smtp://127.0.0.1:1")
		w.send(invitation())
		jobstest.Drain(t, w.queue)
		if m := w.only(); m.State != mail.StateQueued || m.Reason == "" {
			t.Errorf("%+v", m)
		}
	})
}

func TestSameEventIsOneLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		server, url := serve(t)
		w := newWorld(t, db, url)
		for _, tenant := range []id.ID{org, org, other} {
			l := invitation()
			l.Tenant.Org, l.Unique = tenant, "trial 15"
			w.send(l)
		}
		lost := errors.New("lost")
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(w.letters.Send(ctx, tx, invitation()), lost)
		}); !errors.Is(err, lost) {
			t.Fatal(err)
		}
		jobstest.Drain(t, w.queue)
		if got := server.take(); len(got) != 2 {
			t.Errorf("%d messages", len(got))
		}
	})
}

func TestOutboxIsTheTenantsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "")
		for range 5 {
			w.send(invitation())
		}
		public := invitation()
		public.Tenant, public.Private, public.Locale = mail.Tenant{Portal: other}, false, "en"
		w.send(public)
		nobodys := invitation()
		nobodys.Tenant = mail.Tenant{}
		w.send(nobodys)
		wrong := invitation()
		wrong.To.Email = "taro@example.com\r\nBcc: evil@example.com"
		w.send(wrong)

		if list := w.outbox(mail.Tenant{Org: org}); len(list) != 6 || list[0].State != mail.StateFailed || list[1].State != mail.StateStored {
			t.Errorf("the organisation's: %+v", list)
		}
		list := w.outbox(mail.Tenant{Portal: other})
		if len(list) != 1 {
			t.Fatalf("the portal's: %+v", list)
		}
		m, err := w.letters.Get(t.Context(), mail.Tenant{Portal: other}, list[0].ID)
		if err != nil || m.Link == "" || m.Locale != "en" || !strings.Contains(m.Text, "\n\n") {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := w.letters.Get(t.Context(), mail.Tenant{Org: org}, list[0].ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another's letter: %v", err)
		}
		if _, err := w.letters.List(t.Context(), mail.Tenant{}, page.Request{}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("nobody's outbox: %v", err)
		}
		walk(t, w)
	})
}

// TestWithoutAServer: what the outbox keeps can be handed over and opened there.
func TestWithoutAServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "smtp://127.0.0.1:1")
		l := invitation()
		l.Attachments = []mail.Attachment{{Name: "結果.csv", Type: "text/csv", Data: []byte("会社\n")}, {Name: "b.bin", Data: []byte{0, 255}}}
		w.send(l)
		if m := w.only(); m.Link != "" {
			t.Errorf("a link that a server carries is shown: %+v", m)
		}
		without := newWorld(t, db, "")
		jobstest.Drain(t, without.queue)
		m := w.only()
		if m.State != mail.StateStored || m.Link != "https://musubi.example.com/invitations/abc" || !cmp.Equal(m.Attachments, []string{"結果.csv", "b.bin"}) {
			t.Errorf("%+v", m)
		}
		for place, f := range l.Attachments {
			got, err := w.letters.Attachment(t.Context(), l.Tenant, m.ID, place)
			if err != nil || !cmp.Equal(got, f) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		for name, try := range map[string]struct {
			tenant mail.Tenant
			place  int
		}{"another tenant": {mail.Tenant{Org: other}, 0}, "nobody": {mail.Tenant{}, 0}, "no such file": {l.Tenant, 2}, "below": {l.Tenant, -1}} {
			if _, err := w.letters.Attachment(t.Context(), try.tenant, m.ID, try.place); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// walk pages through an outbox forwards and back.
func walk(t *testing.T, w world) {
	t.Helper()
	var seen []id.ID
	at, prev := "", ""
	for {
		p, err := w.letters.List(t.Context(), mail.Tenant{Org: org}, page.Request{Cursor: at, Size: 4})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Items {
			seen = append(seen, m.ID)
		}
		if at, prev = p.Next, p.Prev; at == "" {
			break
		}
	}
	back, err := w.letters.List(t.Context(), mail.Tenant{Org: org}, page.Request{Cursor: prev, Size: 4})
	if err != nil || len(seen) != 6 || len(back.Items) != 4 || back.Items[0].ID != seen[0] || back.Prev != "" || back.Next == "" {
		t.Errorf("seen %v, back %+v, %v", seen, back, err)
	}
	if _, err := w.letters.List(t.Context(), mail.Tenant{Org: org}, page.Request{Cursor: "forged"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("forged cursor: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for smtp, ok := range map[string]bool{
		"": true, "smtp://localhost:25": true, "smtps://u:p@mail.example.com": true, "smtp://u:p@mail.example.com:587": true,
		"mail.example.com": false, "http://mail.example.com": false, "smtp://": false, "smtp://u:pass word@host": false,
	} {
		err := mail.Options{SMTP: smtp, BaseURL: "https://musubi.example.com"}.Check()
		if (err == nil) != ok {
			t.Errorf("%q: %v", smtp, err)
		}
		if err != nil && strings.Contains(err.Error(), "pass word") {
			t.Errorf("the password is told: %v", err)
		}
	}
	if err := (mail.Options{SMTP: "smtp://localhost", From: "nobody"}).Check(); err == nil {
		t.Error("a sender without an address passed")
	}
}
