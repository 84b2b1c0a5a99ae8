package servicekey_test

import (
	"bytes"
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/projects/servicekey"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var caller = servicekey.Caller{Org: "42", Name: "Blue Sky"}

// Every way a pair can be wrong gets the very same answer and goes the same way: to
// the last step, where it is counted.
func TestVerify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", "Owner"), w.Portal(t, "owner@example.com", "Alpha").ID)
		key, email := w.Key(t, owner)
		other := w.Enter(t, w.Person(t, "other@example.com", ""), w.Portal(t, "other@example.com", "Beta").ID)
		otherKey, _ := w.Key(t, other)

		v, err := w.Keys.Verify(ctx, caller, " "+key+"\n", "Owner@Example.com")
		if err != nil || v.Person() != owner.Person() || v.Email() != email {
			t.Fatalf("the right pair: %+v, %v", v, err)
		}
		if err := w.Keys.Opens(ctx, caller, v, owner.Portal()); err != nil {
			t.Errorf("opens its portal: %v", err)
		}
		if err := w.Keys.Opens(ctx, caller, v, other.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("opens a neighbour's: %v", err)
		}
		var words []string
		for i, c := range []struct{ key, email string }{
			{"msk_wrong", "owner@example.com"},
			{"", "owner@example.com"},
			{key, "other@example.com"},
			{key, ""},
			{otherKey, "owner@example.com"},
			{key[:len(key)-1], "nobody@example.com"},
		} {
			from := servicekey.Caller{Org: strconv.Itoa(i), Name: "x"}
			before := failures(t, db)
			_, err := w.Keys.Verify(ctx, from, c.key, c.email)
			if n := failures(t, db) - before; n != 2 {
				t.Errorf("%d: counted %d times, want once for the caller and once for the address", i, n)
			}
			if !fault.HasCode(err, servicekey.CodeRejected) {
				t.Errorf("%d: %v", i, err)
			}
			words = append(words, err.Error())
		}
		for _, text := range words {
			if text != words[0] {
				t.Errorf("words differ: %q, %q", text, words[0])
			}
		}
	})
}

func TestRegenerate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Person(t, "owner@example.com", "Owner")
		owner := w.Enter(t, p, w.Portal(t, "owner@example.com", "Alpha").ID)
		old, email := w.Key(t, owner)
		v, err := w.Keys.Verify(ctx, caller, old, email)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.Keys.Connect(ctx, caller, v, owner.Portal()); err != nil {
				t.Fatal(err)
			}
		}
		var told []id.ID
		w.Keys.AddHooks(servicekey.Hooks{KeyChanged: func(_ context.Context, _ *store.Tx, person id.ID) error {
			told = append(told, person)
			return nil
		}})
		view, err := w.Keys.Ensure(ctx, owner)
		if err != nil || len(view.Connections) != 1 || view.LastUsedBy != caller.Name || view.LastUsedAt.IsZero() {
			t.Fatalf("%+v, %v", view, err)
		}
		if view.Masked[len(view.Masked)-4:] != old[len(old)-4:] || len(view.Masked) >= len(old) {
			t.Errorf("masked as %q", view.Masked)
		}
		if _, _, err := w.Keys.Regenerate(ctx, p, owner, "not the password", view.Version, 0); err == nil {
			t.Error("regenerated without the password")
		}
		next, stopped, err := w.Keys.Regenerate(ctx, p, owner, projectstest.Password, view.Version, 0)
		if err != nil || len(stopped) != 1 || stopped[0].CallerName != caller.Name || next.LastUsedBy != "" {
			t.Fatalf("%+v, %+v, %v", next, stopped, err)
		}
		if diff := cmp.Diff([]id.ID{owner.Person()}, told); diff != "" {
			t.Error(diff)
		}
		if _, _, err := w.Keys.Regenerate(ctx, p, owner, projectstest.Password, view.Version, 0); !fault.Is(err, fault.KindStale) {
			t.Errorf("a second click: %v", err)
		}
		if err := w.Keys.Opens(ctx, caller, v, owner.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("a verification of the old key: %v", err)
		}
		// The old key was right once: using it on and on is no guessing.
		for range 15 {
			if _, err := w.Keys.Admit(ctx, caller, old, email, owner.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
				t.Fatalf("the old key: %v", err)
			}
		}
		hash, sealed := sealedRow(t, db, int64(owner.Person()))
		fresh, err := w.Keys.Reveal(ctx, p, owner, projectstest.Password)
		if err != nil || fresh == old {
			t.Fatal(err)
		}
		if bytes.Contains(hash, []byte(fresh)) || bytes.Contains(sealed, []byte(fresh)) {
			t.Error("the key stands in the clear in the database")
		}
		if _, err := w.Keys.Admit(ctx, caller, fresh, email, owner.Portal()); err != nil {
			t.Errorf("the new key: %v", err)
		}
	})
}

// The key of a former owner stops at once; that of the new one opens.
func TestOwnerChangeStopsTheKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		key, email := w.Key(t, owner)
		w.Member(t, owner, "next@example.com", portal.RoleAdministrator)
		next := w.Enter(t, w.Person(t, "next@example.com", ""), owner.Portal())
		nextKey, nextEmail := w.Key(t, next)
		var told []id.ID
		w.Keys.AddHooks(servicekey.Hooks{KeyChanged: func(_ context.Context, _ *store.Tx, person id.ID) error {
			told = append(told, person)
			return nil
		}})
		if _, err := w.Keys.Admit(ctx, caller, nextKey, nextEmail, owner.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("an administrator's key: %v", err)
		}
		if _, _, err := w.Keys.Own(ctx, next.Person(), owner.Portal()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an administrator's own key handed over: %v", err)
		}
		if _, err := w.Portals.TransferOwner(ctx, owner, next.ID(), 0); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Keys.Admit(ctx, caller, key, email, owner.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("the former owner's key: %v", err)
		}
		if _, err := w.Keys.Admit(ctx, caller, nextKey, nextEmail, owner.Portal()); err != nil {
			t.Errorf("the new owner's key: %v", err)
		}
		if diff := cmp.Diff([]id.ID{owner.Person()}, told); diff != "" {
			t.Error(diff)
		}
		got, gotEmail, err := w.Keys.Own(ctx, next.Person(), owner.Portal())
		if err != nil || got != nextKey || gotEmail != nextEmail {
			t.Errorf("own key: %q %q %v", got, gotEmail, err)
		}
	})
}

func TestTenWrongKeysSlowDown(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		key, email := w.Key(t, owner)
		friend := servicekey.Caller{Org: "7", Name: "Friend"}
		v, err := w.Keys.Verify(ctx, friend, key, email)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Keys.Connect(ctx, friend, v, owner.Portal()); err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			if _, err := w.Keys.Verify(ctx, caller, "msk_guess"+strconv.Itoa(i), email); !fault.HasCode(err, servicekey.CodeRejected) {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		slow := func(name string, c servicekey.Caller, key, email string, want bool) {
			t.Helper()
			_, err := w.Keys.Verify(ctx, c, key, email)
			if fault.Is(err, fault.KindTooMany) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
		slow("the guesser, now right", caller, key, email, true)
		slow("the guesser at another address", caller, "x", "else@example.com", true)
		slow("somebody else at the same address", servicekey.Caller{Org: "8"}, "x", email, true)
		slow("somebody else elsewhere", servicekey.Caller{Org: "8"}, "x", "else@example.com", false)
		if _, err := w.Keys.Admit(ctx, friend, key, email, owner.Portal()); err != nil {
			t.Errorf("who is connected with the right key is not shut out: %v", err)
		}
		clock.Advance(31 * time.Second)
		slow("after the wait, right", caller, key, email, false)
		if _, err := w.Keys.Verify(ctx, caller, "again", email); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("after the wait, wrong: %v", err)
		}
		clock.Advance(31 * time.Second)
		slow("the next wait is longer", caller, key, email, true)
		clock.Advance(2 * time.Hour)
		slow("forgotten", caller, "x", email, false)
	})
}

func TestKeyPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Person(t, "owner@example.com", "")
		owner := w.Enter(t, p, w.Portal(t, "owner@example.com", "Alpha").ID)
		second := w.Enter(t, p, w.Portal(t, "owner@example.com", "Beta").ID)
		w.Member(t, owner, "m@example.com", portal.RoleManager)
		manager := w.Enter(t, w.Person(t, "m@example.com", ""), owner.Portal())

		if _, err := w.Keys.Ensure(ctx, manager); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a manager's key page: %v", err)
		}
		if _, err := w.Keys.Reveal(ctx, p, owner, "wrong"); err == nil {
			t.Error("revealed without the password")
		}
		if _, err := w.Keys.Reveal(ctx, w.Person(t, "m@example.com", ""), owner, projectstest.Password); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("revealed to another person: %v", err)
		}
		// One key per person, whoever asks first, in whatever portal.
		versions := make([]string, 4)
		var wg sync.WaitGroup
		for i := range versions {
			wg.Go(func() {
				as := owner
				if i%2 == 1 {
					as = second
				}
				k, err := w.Keys.Ensure(ctx, as)
				if err != nil {
					t.Error(err)
				}
				versions[i] = k.Masked
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]string{versions[0], versions[0], versions[0], versions[0]}, versions); diff != "" {
			t.Error(diff)
		}
		key, email := w.Key(t, owner)
		v, err := w.Keys.Verify(ctx, caller, key, email)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Keys.Connect(ctx, caller, v, owner.Portal()); err != nil {
			t.Fatal(err)
		}
		if err := w.Portals.Delete(ctx, owner, "Alpha"); !fault.HasCode(err, "connected") {
			t.Errorf("deleting a portal in use: %v", err)
		}
		if list, err := w.Keys.Connections(ctx, second); err != nil || len(list) != 0 {
			t.Errorf("the other portal's connections: %+v, %v", list, err)
		}
		if err := w.Keys.Disconnect(ctx, caller, owner.Portal()); err != nil {
			t.Fatal(err)
		}
		if err := w.Portals.Delete(ctx, owner, "alpha"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("with the wrong name: %v", err)
		}
		if err := w.Portals.Delete(ctx, owner, "Alpha"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Portals.Enter(ctx, p, owner.Portal()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("entering a deleted portal: %v", err)
		}
		if err := w.Keys.Opens(ctx, caller, v, owner.Portal()); !fault.HasCode(err, servicekey.CodeRejected) {
			t.Errorf("opening a deleted portal: %v", err)
		}
	})
}

// The person of a key is shut out of the installation: it stops at once, with the
// words of any other wrong key, and works on when they are let in again.
func TestShutOutPersonStopsTheKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		key, email := w.Key(t, owner)
		_, wrong := w.Keys.Verify(ctx, caller, "msk_wrong", email)
		var told []id.ID
		w.Keys.AddHooks(servicekey.Hooks{KeyChanged: func(_ context.Context, _ *store.Tx, person id.ID) error {
			told = append(told, person)
			return nil
		}})
		set := func(active bool) {
			t.Helper()
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return w.People.SetActive(ctx, tx, email, active)
			}); err != nil {
				t.Fatal(err)
			}
		}
		set(false)
		if diff := cmp.Diff([]id.ID{owner.Person()}, told); diff != "" {
			t.Error(diff)
		}
		before := failures(t, db)
		_, err := w.Keys.Admit(ctx, caller, key, email, owner.Portal())
		if err == nil || err.Error() != wrong.Error() || failures(t, db)-before != 2 {
			t.Errorf("%v, counted %d times", err, failures(t, db)-before)
		}
		if _, _, err := w.Keys.Own(ctx, owner.Person(), owner.Portal()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("handed over: %v", err)
		}
		set(true)
		if _, err := w.Keys.Admit(ctx, caller, key, email, owner.Portal()); err != nil {
			t.Errorf("let in again: %v", err)
		}
	})
}
