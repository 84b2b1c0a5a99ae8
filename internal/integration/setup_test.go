package integration_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
)

func TestNobodyWithoutABadge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		badgetest.Run(t, w.s,
			"Register", "AccessHooks", "RecordHook", "NoteHook", // put the program together
			"PortalEvent", "KeyEvent", // called by Projects in its own transactions
			"Joined", // tells the pages of a portal whether to ask at all
		)
	})
}

// TestOnlyAdministratorsSetUp is check 1.
func TestOnlyAdministratorsSetUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		ctx, s := t.Context(), w.s
		for name, do := range map[string]func() error{
			"Overview":     func() error { _, err := s.Overview(ctx, sales); return err },
			"GetStarted":   func() error { _, err := s.GetStarted(ctx, sales, 0); return err },
			"Portals":      func() error { _, err := s.Portals(ctx, sales); return err },
			"TypeKey":      func() error { _, err := s.TypeKey(ctx, sales, integration.KeyForm{}); return err },
			"CreatePortal": func() error { _, err := s.CreatePortal(ctx, sales, "a", "b"); return err },
			"ChoosePortal": func() error { _, err := s.ChoosePortal(ctx, sales, integration.PortalChoice{}); return err },
			"Grid":         func() error { _, err := s.Grid(ctx, sales); return err },
			"SaveGrid":     func() error { _, err := s.SaveGrid(ctx, sales, integration.GridForm{}); return err },
			"SaveSetup":    func() error { _, err := s.SaveSetup(ctx, sales, integration.Setup{}); return err },
			"UpdateKey":    func() error { _, err := s.UpdateKey(ctx, sales, integration.KeyForm{}); return err },
			"ChangePortal": func() error { _, err := s.ChangePortal(ctx, sales, 1, 0); return err },
			"Losses":       func() error { _, err := s.Losses(ctx, sales); return err },
			"Disable":      func() error { _, err := s.Disable(ctx, sales, 0); return err },
			"Run":          func() error { _, err := s.Run(ctx, sales, integration.RunProvisioning); return err },
			"Provision":    func() error { _, err := s.Provision(ctx, sales); return err },
		} {
			if err := do(); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s answers a salesperson with %v", name, err)
			}
		}
	})
}

// TestTheStory walks from はじめに to a bound portal: checks 3, 5 and 6.
func TestTheStory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		w.crm.Join(admin, "boss@aozora.example", 0, 0)
		w.crm.Join(admin, "client@aozora.example", 0, 0)
		gone := w.crm.Join(admin, "gone@aozora.example", 0, 0)
		w.crm.Deactivate(admin, gone.User())
		w.crm.Invite(admin, access.NewUser{Email: "invited@aozora.example", Name: "Invited",
			ProfileID: sales.Profile(), RoleID: sales.Role()})

		if o := w.overviewIs(admin, integration.StatusNone); !o.StartedAt.IsZero() {
			t.Errorf("begun before anybody began: %+v", o)
		}
		o := w.start(admin)
		if o.Status != integration.StatusSettingUp || o.TrialLastDay != "2026-11-16" || o.TrialDaysLeft != 15 {
			t.Errorf("after はじめに: %s, %s, %d days", o.Status, o.TrialLastDay, o.TrialDaysLeft)
		}

		made, err := w.s.CreatePortal(t.Context(), admin, "form-1", "青空ポータル")
		w.ok(err)
		again, err := w.s.CreatePortal(t.Context(), admin, "form-1", "青空ポータル")
		w.ok(err)
		if again.ID != made.ID {
			t.Error("a double click made two portals")
		}
		w.overviewIs(admin, integration.StatusSettingUp)
		c, err := w.s.Portals(t.Context(), admin)
		w.ok(err)
		if len(c.Own) != 1 || c.Own[0].ID != made.ID || c.Chosen != 0 {
			t.Errorf("a new portal is listed and not chosen: %+v", c)
		}
		c, err = w.s.ChoosePortal(t.Context(), admin, integration.PortalChoice{Portal: made.ID, Version: c.Version})
		w.ok(err)
		if c.Chosen != made.ID || c.ChosenName != "青空ポータル" {
			t.Errorf("the choice was not kept: %+v", c)
		}
		w.overviewIs(admin, integration.StatusSettingUp)

		owner := w.projects.Enter(t, w.projects.Person(t, admin.Email(), ""), made.ID)
		w.projects.Join(t, owner, "boss@aozora.example", portal.RoleManager)
		w.projects.ClientUser(t, owner, w.projects.Company(t, owner, "Client").ID, "client@aozora.example")

		o, err = w.s.SaveSetup(t.Context(), admin, w.setup(admin, made.ID))
		w.ok(err)
		if o.Status != integration.StatusTrial || !o.AskNow || o.Portal.Name != "青空ポータル" || !o.Provisioning.Going() {
			t.Errorf("after 保存: %+v", o)
		}
		w.drain()
		want := map[string]string{
			"admin@aozora.example":  "existing owner",
			"sales@aozora.example":  "created employee",
			"boss@aozora.example":   "existing manager",
			"client@aozora.example": "is_client ",
		}
		if diff := cmp.Diff(want, w.outcomes(admin)); diff != "" {
			t.Errorf("registered (-want +got)\n%s", diff)
		}
		o = w.overview(admin)
		if o.Registered != 3 || o.Refused != 1 || o.Provisioning.State != integration.RunDone {
			t.Errorf("after registering: %+v", o)
		}
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("letters about one refused user: %v", got)
		}
	})
}

// TestSecondPortalIsRefused is check 2.
func TestSecondPortalIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		first, _ := w.portalOf(admin, "First")
		second, _ := w.portalOf(admin, "Second")
		w.bind(admin, first.ID)
		_, err := w.s.SaveSetup(t.Context(), admin, w.setup(admin, second.ID))
		w.refuses("a second portal", err, fault.KindConflict, "second_portal")
		if o := w.overview(admin); o.Portal.ID != first.ID {
			t.Errorf("bound to %v now", o.Portal)
		}
	})
}

// TestTypedKey is case 2 with check 4.
func TestTypedKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		other := w.crm.Organisation("Kumo")
		theirs, owner := w.portalOf(other, "Theirs")
		secret, email := w.projects.Key(t, owner)
		w.start(admin)

		type form = integration.KeyForm
		var texts []string
		for name, in := range map[string]form{
			"right key, wrong address": {Secret: secret, Email: admin.Email()},
			"wrong key, right address": {Secret: "not-" + secret, Email: email},
			"both wrong":               {Secret: "nothing", Email: "nobody@example.com"},
		} {
			_, err := w.s.TypeKey(t.Context(), admin, in)
			w.refuses(name, err, fault.KindInvalid, gate.CodeKeyRejected)
			if err != nil {
				texts = append(texts, err.Error())
			}
		}
		if len(texts) != 3 || texts[0] != texts[1] || texts[1] != texts[2] {
			t.Errorf("the refusals differ: %v", texts)
		}
		_, err := w.s.TypeKey(t.Context(), admin, form{})
		if f := fault.As(err); f == nil || len(f.Fields) != 2 {
			t.Errorf("an empty form: %v", err)
		}

		_, err = w.s.SaveSetup(t.Context(), admin, w.setup(admin, theirs.ID))
		w.refuses("a portal of others without its key", err, fault.KindInvalid, "portal_choose")
		c, err := w.s.TypeKey(t.Context(), admin, form{Secret: " " + secret + "\n", Email: email})
		w.ok(err)
		if len(c.Typed) != 1 || c.Typed[0].ID != theirs.ID || c.TypedEmail != email {
			t.Fatalf("typed: %+v", c)
		}
		o, err := w.s.SaveSetup(t.Context(), admin, w.setup(admin, theirs.ID))
		w.ok(err)
		if o.KeyEmail != email || o.KeyLast4 != secret[len(secret)-4:] {
			t.Errorf("the key as shown: %q %q", o.KeyEmail, o.KeyLast4)
		}
		w.drain()
		w.overviewIs(admin, integration.StatusTrial)
		if got := w.outcomes(admin)[admin.Email()]; got != "created employee" {
			t.Errorf("the administrator in a portal of others: %q", got)
		}
	})
}

// TestTwoAdministratorsLoseNothing: whoever saves second is told so.
func TestTwoAdministratorsLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		second := w.crm.Join(admin, "second@aozora.example", w.crm.Profile(admin, access.ProfileAdministrator), 0)
		mine, _ := w.portalOf(admin, "Mine")
		w.start(admin)
		a, b := w.setup(admin, mine.ID), w.ticks(second, access.Rights{View: true})
		_, err := w.s.SaveGrid(t.Context(), second, b)
		w.ok(err)
		_, err = w.s.SaveSetup(t.Context(), admin, a)
		w.refuses("a grid somebody saved in between", err, fault.KindStale, "stale")
		w.overviewIs(admin, integration.StatusSettingUp)

		c, err := w.s.Portals(t.Context(), admin)
		w.ok(err)
		_, err = w.s.ChoosePortal(t.Context(), admin, integration.PortalChoice{Portal: mine.ID, Version: c.Version})
		w.ok(err)
		_, err = w.s.ChoosePortal(t.Context(), admin, integration.PortalChoice{Portal: mine.ID, Version: c.Version})
		w.refuses("a choice somebody saved in between", err, fault.KindStale, "stale")

		// Of many that press 保存 at once, one binds; the others of the same form learn
		// that it is done, those of another administrator that they came late.
		form := w.setup(admin, mine.ID)
		var wg sync.WaitGroup
		for i := range 8 {
			who := []access.Actor{admin, second}[i%2]
			wg.Go(func() {
				_, err := w.s.SaveSetup(t.Context(), who, form)
				if err != nil && !fault.Is(err, fault.KindStale) && !fault.Is(err, fault.KindConflict) && !fault.Is(err, fault.KindInvalid) {
					t.Errorf("a late 保存: %v", err)
				}
			})
		}
		wg.Wait()
		w.drain()
		o := w.overview(admin)
		if o.Version != form.Version+1 || o.Provisioning.State != integration.RunDone {
			t.Errorf("bound %d times: %+v", o.Version-form.Version, o)
		}
		for _, who := range []access.Actor{second, admin} {
			_, err = w.s.Disable(t.Context(), who, o.Version)
			w.ok(err)
		}
		w.drain()
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("letters about disabling: %v", got)
		}
	})
}

// TestTrial is check 24, with what brings it back.
func TestTrial(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		org, err := w.crm.Access.Organisation(t.Context(), admin)
		w.ok(err)
		_, err = w.crm.Access.UpdateOrganisation(t.Context(), admin, access.Settings{Name: org.Name, TimeZone: "Asia/Tokyo",
			Currency: org.Currency, Locale: "ja", Version: org.Version})
		w.ok(err)
		admin = w.crm.Again(admin)
		tokyo, err := time.LoadLocation("Asia/Tokyo")
		w.ok(err)
		w.clock.Set(time.Date(2026, 11, 1, 23, 59, 0, 0, tokyo))
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)

		w.clock.Set(time.Date(2026, 11, 15, 23, 59, 59, 0, tokyo))
		w.tick(admin)
		r, err := w.s.Rights(t.Context(), admin)
		w.ok(err)
		if !r.Shown() || r.TrialDays != 1 {
			t.Errorf("on the 15th day: %+v", r)
		}
		w.clock.Set(time.Date(2026, 11, 16, 0, 0, 0, 0, tokyo))
		w.tick(admin)
		w.tick(admin)
		w.overviewIs(admin, integration.StatusTrialExpired)
		r, err = w.s.Rights(t.Context(), admin)
		w.ok(err)
		if r.Shown() {
			t.Error("on day 16 the tab is still there")
		}
		if got := w.letters(admin); len(got) != 2 {
			t.Errorf("letters about the trial: %v", got)
		}
		_, err = w.s.UpdateKey(t.Context(), admin, integration.KeyForm{Secret: "x", Email: "y", Version: w.overview(admin).Version})
		w.refuses("an act after the trial", err, fault.KindConflict, "trial_expired")

		org, err = w.crm.Access.Organisation(t.Context(), admin)
		w.ok(err)
		org, err = w.crm.Access.ChangeEdition(t.Context(), admin, access.Paid, org.Version)
		w.ok(err)
		w.overviewIs(w.crm.Again(admin), integration.StatusActive)
		_, err = w.crm.Access.ChangeEdition(t.Context(), admin, access.Free, org.Version)
		w.ok(err)
		w.overviewIs(w.crm.Again(admin), integration.StatusTrialExpired)
	})
}

// TestDisable is check 14, and enabling again.
func TestDisable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		p := w.project(owner, "Kept", 0)
		account := w.records.account(admin, "Umi")
		w.associate(admin, access.TabAccounts, account, p.ID)
		lost, err := w.s.Losses(t.Context(), admin)
		w.ok(err)
		if lost.Explicit != 1 || lost.Records != 1 || lost.ClientLinks != 1 {
			t.Errorf("what would go: %+v", lost)
		}
		_, err = w.s.Disable(t.Context(), admin, w.overview(admin).Version)
		w.ok(err)
		if l := w.related(admin, access.TabAccounts, account); l.State != integration.StateHidden {
			t.Errorf("before any job ran the list is %s", l.State)
		}
		w.drain()
		o := w.overviewIs(admin, integration.StatusDisabled)
		if o.Portal.ID != 0 || o.KeyEmail != "" || o.KeyLast4 != "" {
			t.Errorf("something of the portal is left: %+v", o)
		}
		if r, err := w.s.Rights(t.Context(), sales); err != nil || r.Shown() {
			t.Errorf("the tab after disabling: %+v, %v", r, err)
		}
		if got, err := w.projects.Portals.Enter(t.Context(), w.projects.Person(t, sales.Email(), ""), mine.ID); err != nil || got.ID() == 0 {
			t.Errorf("people must go on working in Projects: %v", err)
		}
		if list, err := w.projects.Keys.Connections(t.Context(), owner); err != nil || len(list) != 0 {
			t.Errorf("the portal still knows the organisation: %v, %v", list, err)
		}
		if got := w.letters(admin); len(got) != 1 {
			t.Errorf("letters about disabling: %v", got)
		}

		w.bind(admin, mine.ID)
		if l := w.related(admin, access.TabAccounts, account); l.State != integration.StateEmpty {
			t.Errorf("old associations came back: %s %v", l.State, names(l))
		}
		if o := w.overview(admin); !o.AskNow || o.TrialLastDay != "2026-11-16" {
			t.Errorf("after enabling again: %+v", o)
		}
	})
}

// TestChangePortal is check 15.
func TestChangePortal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		first, owner1 := w.portalOf(admin, "First")
		second, owner2 := w.portalOf(admin, "Second")
		w.bind(admin, first.ID)
		p := w.project(owner1, "Old", 0)
		w.project(owner2, "New", 0)
		account := w.records.account(admin, "Umi")
		w.associate(admin, access.TabAccounts, account, p.ID)
		_, err := w.s.ChangePortal(t.Context(), admin, first.ID, w.overview(admin).Version)
		w.refuses("the same portal", err, fault.KindConflict, "same_portal")
		o, err := w.s.ChangePortal(t.Context(), admin, second.ID, w.overview(admin).Version)
		w.ok(err)
		if o.Status != integration.StatusTrial || o.Portal.ID != second.ID || !o.AskNow {
			t.Errorf("after changing: %+v", o)
		}
		w.drain()
		if l := w.related(admin, access.TabAccounts, account); l.State != integration.StateEmpty {
			t.Errorf("the old portal's projects: %s %v", l.State, names(l))
		}
		tab, err := w.s.ProjectList(t.Context(), admin, integration.ListQuery{})
		w.ok(err)
		if len(tab.Projects.Items) != 1 || tab.Projects.Items[0].Name != "New" {
			t.Errorf("the tab shows %+v", tab.Projects.Items)
		}
		if list, err := w.projects.Keys.Connections(t.Context(), owner1); err != nil || len(list) != 0 {
			t.Errorf("the old portal still knows the organisation: %v, %v", list, err)
		}
		if list, err := w.projects.Keys.Connections(t.Context(), owner2); err != nil || len(list) != 1 {
			t.Errorf("the new portal knows of %v, %v", list, err)
		}
	})
}
