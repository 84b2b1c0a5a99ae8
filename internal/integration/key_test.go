package integration_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
)

// TestRegeneratedKey is checks 11 and 13.
func TestRegeneratedKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		p := w.project(owner, "Kept", 0)
		account := w.records.account(admin, "Umi")
		w.associate(admin, access.TabAccounts, account, p.ID)
		before := w.related(admin, access.TabAccounts, account)

		w.regenerate(owner, 0)
		w.drain()
		o := w.overviewIs(admin, integration.StatusKeyInvalid)
		if o.KeyBrokenAt.IsZero() || o.KeyReason != integration.ReasonRejected {
			t.Errorf("the broken key: %+v", o)
		}
		l := w.related(admin, access.TabAccounts, account)
		if l.State != integration.StateKeyInvalid || len(l.Rows.Items) != 0 || l.Reason == nil || !l.Rights.Admin {
			t.Errorf("the list with a broken key: %+v", l)
		}
		tab, err := w.s.ProjectList(t.Context(), admin, integration.ListQuery{})
		w.ok(err)
		if tab.State != integration.StateKeyInvalid || len(tab.Projects.Items) != 0 {
			t.Errorf("the tab with a broken key: %+v", tab)
		}
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("letters about the key: %v", got)
		}

		stranger := w.crm.Organisation("Kumo")
		_, strange := w.portalOf(stranger, "Strange")
		secret, email := w.projects.Key(t, strange)
		_, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: secret, Email: email, Version: o.Version})
		w.refuses("the key of another portal", err, fault.KindConflict, "other_portal")
		_, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: "wrong", Email: email, Version: o.Version})
		w.refuses("a wrong key", err, fault.KindInvalid, gate.CodeKeyRejected)

		secret, email = w.projects.Key(t, owner)
		o, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: secret, Email: email, Version: o.Version})
		w.ok(err)
		if o.Status != integration.StatusTrial || o.KeyLast4 != secret[len(secret)-4:] {
			t.Errorf("after the new key: %+v", o)
		}
		if diff := cmp.Diff(names(before), names(w.related(admin, access.TabAccounts, account))); diff != "" || len(before.Rows.Items) != 1 {
			t.Errorf("associations after the new key (-before +after)\n%s", diff)
		}
	})
}

// TestNewOwner is check 12.
func TestNewOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		heir := w.projects.Join(t, owner, "heir@aozora.example", portal.RoleAdministrator)
		_, err := w.projects.Portals.TransferOwner(t.Context(), owner, heir.ID(), 0)
		w.ok(err)
		w.drain()
		o := w.overviewIs(admin, integration.StatusKeyInvalid)
		secret, email := w.projects.Key(t, w.projects.Enter(t, w.projects.Person(t, admin.Email(), ""), mine.ID))
		_, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: secret, Email: email, Version: o.Version})
		w.refuses("the key of the former owner", err, fault.KindConflict, "other_portal")
		secret, email = w.projects.Key(t, w.projects.Enter(t, w.projects.Person(t, "heir@aozora.example", ""), mine.ID))
		_, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: secret, Email: email, Version: o.Version})
		w.ok(err)
		w.overviewIs(admin, integration.StatusTrial)
	})
}

// TestRejectionChangesTheStateOnce: twenty people meet it at the same moment.
func TestRejectionChangesTheStateOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		version := w.overview(admin).Version
		w.door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{RejectKey: true} })
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				l, err := w.s.ProjectList(t.Context(), admin, integration.ListQuery{})
				if err != nil || l.State != integration.StateKeyInvalid {
					t.Errorf("%s, %v", l.State, err)
				}
			})
		}
		wg.Wait()
		w.door.Plan(nil)
		w.drain()
		if o := w.overviewIs(admin, integration.StatusKeyInvalid); o.Version != version+1 {
			t.Errorf("the row was written %d times", o.Version-version)
		}
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("letters: %v", got)
		}
	})
}

// TestSlowOrDeadPortal: neither breaks the key, and the page waits no longer than it may.
func TestSlowOrDeadPortal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		for name, m := range map[string]gatetest.Mishap{
			"slow": {Delay: time.Minute}, "reset": {Reset: true}, "answer lost": {Lost: true},
		} {
			w.door.Plan(func(string, int) gatetest.Mishap { return m })
			began := time.Now()
			l := w.related(admin, access.TabAccounts, account)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("%s: the page waited %s", name, took)
			}
			if l.State != integration.StateUnreachable || l.Reason == nil {
				t.Errorf("%s: %s", name, l.State)
			}
		}
		w.door.Plan(nil)
		w.overviewIs(admin, integration.StatusTrial)
	})
}

func (w *world) regenerate(owner portal.Member, overlap int) {
	w.t.Helper()
	ctx := context.Background()
	k, err := w.projects.Keys.Ensure(ctx, owner)
	w.ok(err)
	_, _, err = w.projects.Keys.Regenerate(ctx, w.projects.Person(w.t, owner.Email(), ""), owner, projectstest.Password, k.Version, overlap)
	w.ok(err)
}

// A key that was replaced with some days' grace works on beside the new one until then;
// administrators are told, and the new key ends the waiting.
func TestKeyOverlap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		p, owner := w.portalOf(admin, "Mine")
		w.bind(admin, p.ID)
		w.regenerate(owner, 7)
		w.drain()
		o := w.overviewIs(admin, integration.StatusTrial)
		if want := morning.AddDate(0, 0, 7); !o.KeyEndsAt.Equal(want) {
			t.Errorf("ends %v, want %v", o.KeyEndsAt, want)
		}
		if l := w.letters(admin); !slices.Contains(l, "The service key of the Projects integration ends on Nov 9, 2026") {
			t.Errorf("letters %q", l)
		}
		w.clock.Advance(6 * 24 * time.Hour)
		w.ok(w.s.CheckNow(ctx, admin))
		w.overviewIs(admin, integration.StatusTrial)
		w.clock.Advance(25 * time.Hour)
		w.ok(w.s.CheckNow(ctx, admin))
		w.overviewIs(admin, integration.StatusKeyInvalid)

		// The new key brings everything back, and has no end.
		secret, email := w.projects.Key(t, owner)
		o, err := w.s.UpdateKey(ctx, admin, integration.KeyForm{Secret: secret, Email: email, Version: w.overview(admin).Version})
		if err != nil || !o.KeyEndsAt.IsZero() || o.Status != integration.StatusTrial {
			t.Errorf("%+v, %v", o, err)
		}
		// A second new key ends the grace of the first at once, and grace can be ended by hand.
		w.regenerate(owner, 7)
		w.regenerate(owner, 7)
		w.drain()
		w.overviewIs(admin, integration.StatusKeyInvalid)
		secret, email = w.projects.Key(t, owner)
		_, err = w.s.UpdateKey(ctx, admin, integration.KeyForm{Secret: secret, Email: email, Version: w.overview(admin).Version})
		w.ok(err)
		w.regenerate(owner, 7)
		w.drain()
		w.overviewIs(admin, integration.StatusTrial)
		w.ok(w.projects.Keys.EndOverlap(ctx, owner))
		w.drain()
		w.overviewIs(admin, integration.StatusKeyInvalid)
	})
}

// A former owner's key goes on for the days that were given, for who used it already and
// for nobody else; then, or when the new owner ends it, it stops.
func TestOwnerGrace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin, other := w.crm.Organisation("Aozora"), w.crm.Organisation("Late")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Aozora Works")
		heir := w.projects.Join(t, owner, "heir@aozora.example", portal.RoleAdministrator)
		key, email := w.projects.Key(t, owner)
		for _, days := range []int{-1, portal.MaxGrace + 1} {
			if _, err := w.projects.Portals.TransferOwner(ctx, owner, heir.ID(), days); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%d days: %v", days, err)
			}
		}
		_, err := w.projects.Portals.TransferOwner(ctx, owner, heir.ID(), 7)
		w.ok(err)
		w.drain()
		o := w.overviewIs(admin, integration.StatusTrial)
		if want := morning.AddDate(0, 0, 7); !o.KeyEndsAt.Equal(want) {
			t.Errorf("ends %v, want %v", o.KeyEndsAt, want)
		}
		if l := w.letters(admin); !slices.Contains(l, "The service key of the Projects integration ends on Nov 9, 2026") {
			t.Errorf("letters %q", l)
		}
		if l := w.related(admin, access.TabAccounts, account); l.Reason != nil {
			t.Errorf("the list: %s", l.State)
		}
		// Nobody new comes in with that key, and the former owner hands none over.
		w.start(other)
		if c, err := w.s.TypeKey(ctx, other, integration.KeyForm{Secret: key, Email: email, Version: w.overview(other).Version}); err == nil && len(c.Typed) > 0 {
			t.Errorf("a new organisation sees %+v", c.Typed)
		}
		// What the former owner's new key would stop is listed still.
		former := w.projects.Enter(t, w.projects.Person(t, admin.Email(), ""), mine.ID)
		if stops, err := w.projects.Keys.Stops(ctx, former); err != nil || len(stops) != 1 || stops[0].CallerName != "Aozora" {
			t.Errorf("stops %+v, %v", stops, err)
		}
		until, err := w.projects.Keys.Grace(ctx, former)
		if err != nil || !until.Equal(morning.AddDate(0, 0, 7)) {
			t.Errorf("%v, %v", until, err)
		}
		if err := w.projects.Keys.EndGrace(ctx, former); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("ended by the former owner: %v", err)
		}
		w.clock.Advance(6 * 24 * time.Hour)
		w.ok(w.s.CheckNow(ctx, admin))
		w.overviewIs(admin, integration.StatusTrial)
		w.clock.Advance(25 * time.Hour)
		w.ok(w.s.CheckNow(ctx, admin))
		o = w.overviewIs(admin, integration.StatusKeyInvalid)
		next := w.projects.Enter(t, w.projects.Person(t, "heir@aozora.example", ""), mine.ID)
		key, email = w.projects.Key(t, next)
		o, err = w.s.UpdateKey(ctx, admin, integration.KeyForm{Secret: key, Email: email, Version: o.Version})
		if err != nil || !o.KeyEndsAt.IsZero() {
			t.Errorf("%+v, %v", o, err)
		}
		w.drain()
		// Handed back with days, and ended at once.
		_, err = w.projects.Portals.TransferOwner(ctx, next, former.ID(), 3)
		w.ok(err)
		w.drain()
		w.overviewIs(admin, integration.StatusTrial)
		w.ok(w.projects.Keys.EndGrace(ctx, w.projects.Enter(t, w.projects.Person(t, admin.Email(), ""), mine.ID)))
		w.drain()
		w.overviewIs(admin, integration.StatusKeyInvalid)
	})
}
