package integration_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/mail"
	"musubi/internal/page"
)

// link gives the link of the latest letter to an address, below its base.
func (w *world) link(as access.Actor, email string) string {
	w.t.Helper()
	list, err := w.crm.Mail.List(w.t.Context(), mail.Tenant{Org: as.Org()}, page.Request{Size: page.MaxSize})
	w.ok(err)
	for _, m := range list.Items {
		if m.To.Email == email {
			m, err = w.crm.Mail.Get(w.t.Context(), mail.Tenant{Org: as.Org()}, m.ID)
			w.ok(err)
			_, token, found := strings.Cut(m.Link, "/approvals/")
			if !found {
				w.t.Fatalf("no link in %q", m.Link)
			}
			return token
		}
	}
	w.t.Fatal("no letter to " + email)
	return ""
}

func (w *world) approvalState(as access.Actor, want string) integration.Approval {
	w.t.Helper()
	c, err := w.s.Portals(w.t.Context(), as)
	w.ok(err)
	if c.Approval.State != want {
		w.t.Errorf("the request stands in %q, want %q", c.Approval.State, want)
	}
	return c.Approval
}

// TestApproval: the owner of a portal opens it by mail, without handing out a key.
func TestApproval(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		w.start(admin)
		boss := "boss@kumo.example"
		opened, other := w.projects.Portal(t, boss, "Opened"), w.projects.Portal(t, boss, "Kept shut")
		owner := w.projects.Person(t, boss, "")
		w.refuses("no address", w.s.AskApproval(ctx, admin, "nobody"), fault.KindInvalid, "")
		w.ok(w.s.AskApproval(ctx, admin, " Boss@Kumo.example "))
		token := w.link(admin, "Boss@Kumo.example")
		asked, err := w.s.Asked(ctx, owner, token)
		w.ok(err)
		if asked.Org != "Aozora" || asked.WhoEmail != admin.Email() || len(asked.Portals) != 2 {
			t.Errorf("the request reads %+v", asked)
		}
		stranger := w.projects.Person(t, "stranger@kumo.example", "Stranger")
		_, err = w.s.Asked(ctx, stranger, token)
		w.refuses("another person", err, fault.KindForbidden, "other_person")
		w.refuses("another person's yes", w.s.Approve(ctx, stranger, token, opened.ID), fault.KindForbidden, "other_person")
		for _, junk := range []string{"", ".", "1.x", token + "x", strings.Repeat("9", 40) + ".x", "x\x00." + token} {
			_, err = w.s.Asked(ctx, owner, junk)
			w.refuses("junk "+junk, err, fault.KindNotFound, "approval_gone")
		}
		mine, _ := w.portalOf(admin, "Somebody else's")
		w.refuses("a portal of somebody else", w.s.Approve(ctx, owner, token, mine.ID), fault.KindInvalid, "portal_choose")

		// Sent again, only the new link opens.
		w.ok(w.s.ResendApproval(ctx, admin, w.approvalState(admin, integration.ApprovalWaiting).ID))
		w.refuses("the link before", w.s.Approve(ctx, owner, token, opened.ID), fault.KindNotFound, "approval_gone")
		a := w.approvalState(admin, integration.ApprovalWaiting)
		w.ok(w.s.ResendApproval(ctx, admin, a.ID))
		w.refuses("a fourth letter", w.s.ResendApproval(ctx, admin, a.ID), fault.KindTooMany, "approval_letters")
		token = w.link(admin, "Boss@Kumo.example")

		var yes atomic.Int32
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := w.s.Approve(ctx, owner, token, opened.ID); err == nil {
					yes.Add(1)
				} else if !fault.HasCode(err, "approval_gone") {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if yes.Load() != 1 {
			t.Errorf("the link was used %d times", yes.Load())
		}
		if a := w.approvalState(admin, integration.ApprovalApproved); a.PortalName != "Opened" {
			t.Errorf("approved: %+v", a)
		}
		w.drain()
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("the administrator's letters: %v", got)
		}
		c, err := w.s.Portals(ctx, admin)
		w.ok(err)
		if len(c.Typed) != 1 || c.Typed[0].ID != opened.ID || c.Chosen != opened.ID || !c.Approved {
			t.Errorf("the choices after the approval: %+v", c)
		}
		_, err = w.s.SaveSetup(ctx, admin, w.setup(admin, other.ID))
		w.refuses("the portal kept shut", err, fault.KindInvalid, "portal_choose")
		o, err := w.s.SaveSetup(ctx, admin, w.setup(admin, opened.ID))
		w.ok(err)
		if o.Portal.ID != opened.ID || o.Status != integration.StatusTrial {
			t.Errorf("after saving: %+v", o)
		}
		w.drain()

		// A broken key is renewed by an approval for the joined portal.
		w.regenerate(w.projects.Enter(t, owner, opened.ID), 0)
		w.drain()
		w.overviewIs(admin, integration.StatusKeyInvalid)
		w.ok(w.s.AskApproval(ctx, admin, boss))
		w.ok(w.s.Approve(ctx, owner, w.link(admin, boss), opened.ID))
		w.drain()
		w.overviewIs(admin, integration.StatusTrial)
	})
}

// TestApprovalFromTheBell: the notice of somebody known here leads to the request and
// keeps no secret; it opens to nobody else, and for as long as the request waits.
func TestApprovalFromTheBell(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		w.start(admin)
		boss := "boss@kumo.example"
		opened := w.projects.Portal(t, boss, "Opened")
		owner, stranger := w.projects.Person(t, boss, ""), w.projects.Person(t, "stranger@kumo.example", "Stranger")
		w.ok(w.s.AskApproval(ctx, admin, boss))
		told := func() string {
			t.Helper()
			list, err := w.notices.List(ctx, owner, page.Request{})
			w.ok(err)
			if len(list.Items) == 0 {
				t.Fatal("the bell is silent")
			}
			to, ok := strings.CutPrefix(list.Items[0].Path, "/approvals/")
			if !ok {
				t.Fatalf("the notice leads to %q", list.Items[0].Path)
			}
			return to
		}
		word := told()
		request := w.approvalState(admin, integration.ApprovalWaiting).ID
		if want := admin.Org().String() + "-" + request.String(); word != want {
			t.Errorf("the notice keeps %q, want %q", word, want)
		}
		asked, err := w.s.Asked(ctx, owner, word)
		w.ok(err)
		if asked.Org != "Aozora" || len(asked.Portals) != 1 {
			t.Errorf("the request reads %+v", asked)
		}
		_, err = w.s.Asked(ctx, stranger, word)
		w.refuses("another person", err, fault.KindNotFound, "approval_gone")
		w.refuses("another person's yes", w.s.Approve(ctx, stranger, word, opened.ID), fault.KindNotFound, "approval_gone")
		w.refuses("another person's no", w.s.Refuse(ctx, stranger, word), fault.KindNotFound, "approval_gone")
		for _, junk := range []string{"-", admin.Org().String() + "-", admin.Org().String() + "-x", admin.Org().String() + "-0", admin.Org().String() + "-1", "0-" + request.String(),
			"1-" + request.String(), admin.Org().String() + "--" + request.String(), word + "x", admin.Org().String() + "." + request.String()} {
			_, err = w.s.Asked(ctx, owner, junk)
			w.refuses("junk "+junk, err, fault.KindNotFound, "approval_gone")
		}
		w.ok(w.s.ResendApproval(ctx, admin, request))
		if told() != word {
			t.Errorf("after another letter the notice keeps %q", told())
		}
		w.ok(w.s.Approve(ctx, owner, word, opened.ID))
		w.approvalState(admin, integration.ApprovalApproved)
		w.refuses("a second yes", w.s.Approve(ctx, owner, word, opened.ID), fault.KindNotFound, "approval_gone")
		w.ok(w.s.AskApproval(ctx, admin, boss))
		w.ok(w.s.CancelApproval(ctx, admin, w.approvalState(admin, integration.ApprovalWaiting).ID))
		w.refuses("after it was taken back", w.s.Refuse(ctx, owner, told()), fault.KindNotFound, "approval_gone")
	})
}

// TestApprovalEnds: refused, cancelled, too old, and asked too often.
func TestApprovalEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		standard := w.crm.Join(admin, "emily@aozora.example", w.crm.Profile(admin, access.ProfileStandard), w.crm.Role(admin, "CEO"))
		boss := "boss@kumo.example"
		w.refuses("before the start", w.s.AskApproval(ctx, admin, boss), fault.KindConflict, "not_started")
		w.start(admin)
		opened := w.projects.Portal(t, boss, "Opened")
		owner := w.projects.Person(t, boss, "")
		if err := w.s.AskApproval(ctx, standard, boss); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("not an administrator: %v", err)
		}

		w.ok(w.s.AskApproval(ctx, admin, boss))
		token := w.link(admin, boss)
		w.ok(w.s.Refuse(ctx, owner, token))
		w.approvalState(admin, integration.ApprovalRefused)
		w.refuses("yes after no", w.s.Approve(ctx, owner, token, opened.ID), fault.KindNotFound, "approval_gone")

		w.ok(w.s.AskApproval(ctx, admin, boss))
		token = w.link(admin, boss)
		w.ok(w.s.CancelApproval(ctx, admin, w.approvalState(admin, integration.ApprovalWaiting).ID))
		w.refuses("after it was taken back", w.s.Refuse(ctx, owner, token), fault.KindNotFound, "approval_gone")

		w.ok(w.s.AskApproval(ctx, admin, boss))
		token = w.link(admin, boss)
		w.clock.Advance(7 * 24 * time.Hour)
		w.refuses("after seven days", w.s.Approve(ctx, owner, token, opened.ID), fault.KindNotFound, "approval_gone")
		w.approvalState(admin, integration.ApprovalExpired)

		w.ok(w.s.AskApproval(ctx, admin, boss))
		token = w.link(admin, boss)
		_, err := w.s.Disable(ctx, admin, w.overview(admin).Version)
		w.ok(err)
		w.refuses("after disabling", w.s.Approve(ctx, owner, token, opened.ID), fault.KindNotFound, "approval_gone")
		w.start(admin)
		for range 9 {
			w.ok(w.s.AskApproval(ctx, admin, boss))
		}
		w.refuses("an eleventh on a day", w.s.AskApproval(ctx, admin, boss), fault.KindTooMany, "approval_many")
		w.drain()
		if got := w.letters(admin); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "断") || strings.Contains(s, "refused") }) {
			t.Errorf("nobody was told of the refusal: %v", got)
		}
	})
}
