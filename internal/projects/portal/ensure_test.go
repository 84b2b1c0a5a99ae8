package portal_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestEnsureMembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha")
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		manager := w.Member(t, owner, "manager@example.com", portal.RoleManager)
		gone := w.Member(t, owner, "gone@example.com", portal.RoleEmployee)
		if _, err := w.Portals.Deactivate(ctx, owner, gone.ID); err != nil {
			t.Fatal(err)
		}
		w.ClientUser(t, owner, w.Company(t, owner, "Client").ID, "client@example.net")
		if _, err := w.Portals.Configure(ctx, owner, portal.Settings{
			Version: p.Version, Name: p.Name, UserLimit: 4, TimeZone: p.TimeZone, Locale: p.Locale,
		}); err != nil {
			t.Fatal(err)
		}
		sys := w.Portals.System(p.ID, "provisioning")
		batch := []portal.Newcomer{
			{Ref: "1", Email: "new@example.com", Name: "新人 一", Person: w.Person(t, "new@example.com", "").ID()},
			{Ref: "2", Email: "MANAGER@example.com"},
			{Ref: "3", Email: "client@example.net"},
			{Ref: "4", Email: "gone@example.com"},
			{Ref: "5", Email: "broken"},
			{Ref: "6", Email: "second@example.com"},
			{Ref: "7", Email: "third@example.com"},
			{Ref: "8", Email: "New@Example.com"},
		}
		before := w.Mails(t, p.ID)
		got, err := w.Portals.EnsureMembers(ctx, sys, "run-1", batch)
		if err != nil {
			t.Fatal(err)
		}
		want := []portal.Ensured{
			{Ref: "1", Member: got[0].Member, Outcome: portal.OutcomeCreated, Role: portal.RoleEmployee},
			{Ref: "2", Member: manager.ID, Outcome: portal.OutcomeExisting, Role: portal.RoleManager},
			{Ref: "3", Outcome: portal.OutcomeIsClient},
			{Ref: "4", Member: gone.ID, Outcome: portal.OutcomeInactive, Role: portal.RoleEmployee},
			{Ref: "5", Outcome: portal.OutcomeInvalid},
			{Ref: "6", Member: got[5].Member, Outcome: portal.OutcomeCreated, Role: portal.RoleEmployee},
			{Ref: "7", Outcome: portal.OutcomeLimit},
			{Ref: "8", Member: got[0].Member, Outcome: portal.OutcomeExisting, Role: portal.RoleEmployee},
		}
		if diff := cmp.Diff(want, got); diff != "" || got[0].Member == 0 {
			t.Fatal(diff)
		}
		if n := w.Mails(t, p.ID) - before; n != 2 {
			t.Errorf("%d mails for 2 new members", n)
		}
		again, err := w.Portals.EnsureMembers(ctx, sys, "run-1", batch)
		if diff := cmp.Diff(want, again); diff != "" || err != nil {
			t.Errorf("asked again: %v %s", err, diff)
		}
		fresh, err := w.Portals.EnsureMembers(ctx, sys, "run-2", batch[:1])
		if err != nil || fresh[0].Outcome != portal.OutcomeExisting || fresh[0].Member != got[0].Member {
			t.Errorf("another run: %+v, %v", fresh, err)
		}
		if n := w.Mails(t, p.ID) - before; n != 2 {
			t.Errorf("%d mails after asking again", n)
		}
		if _, err := w.Portals.EnsureMembers(ctx, owner, "run-3", batch); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("asked by a person: %v", err)
		}
	})
}

// Two workers with the same batch, as after a kill: everybody once.
func TestEnsureMembersAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		p := w.Portal(t, "owner@example.com", "Alpha")
		sys := w.Portals.System(p.ID, "provisioning")
		var batch []portal.Newcomer
		for i := range 50 {
			batch = append(batch, portal.Newcomer{Ref: strconv.Itoa(i), Email: strconv.Itoa(i) + "@example.com"})
		}
		answers := make([][]portal.Ensured, 3)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				idem := "same"
				if i == 2 {
					idem = "other"
				}
				var err error
				if answers[i], err = w.Portals.EnsureMembers(t.Context(), sys, idem, batch); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
			t.Error(diff)
		}
		for i, a := range answers[2] {
			if a.Member != answers[0][i].Member {
				t.Errorf("%d has two members", i)
			}
		}
		if n := w.Mails(t, p.ID); n != 50 {
			t.Errorf("%d mails for 50 people", n)
		}
	})
}

func TestClientStream(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		sys := w.Portals.System(owner.Portal(), "association")
		want := map[id.ID]int{}
		for i := range 7 {
			c := w.Company(t, owner, "Client "+strconv.Itoa(i))
			want[c.ID] = i % 3
			for j := range i % 3 {
				w.ClientUser(t, owner, c.ID, strconv.Itoa(i)+"-"+strconv.Itoa(j)+"@example.net")
			}
		}
		got, cursor, batches := map[id.ID]int{}, "", 0
		for {
			b, err := w.Portals.ClientsAfter(ctx, sys, cursor, 3)
			if err != nil || b.Total != 7 {
				t.Fatalf("total %d, %v", b.Total, err)
			}
			for _, c := range b.Clients {
				got[c.ID] = len(c.People)
				for _, u := range c.People {
					if u.Company != c.ID || !u.Active {
						t.Errorf("%+v under %d", u, c.ID)
					}
				}
			}
			batches++
			if cursor = b.Next; cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || batches != 3 {
			t.Errorf("%d batches: %s", batches, diff)
		}
	})
}

func TestEnsureClient(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		sys := w.Portals.System(owner.Portal(), "association")
		ids := make([]id.ID, 4)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				c, err := w.Portals.EnsureCompany(ctx, sys, 0, " 株式会社 ムスビ")
				if err != nil {
					t.Error(err)
				}
				ids[i] = c.ID
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]id.ID{ids[0], ids[0], ids[0], ids[0]}, ids); diff != "" {
			t.Error(diff)
		}
		other := w.Company(t, owner, "Other")
		user, err := w.Portals.EnsureClientUser(ctx, sys, ids[0], portal.NewClientUser{Email: "u@example.net", Name: "U"})
		if err != nil {
			t.Fatal(err)
		}
		mails := w.Mails(t, owner.Portal())
		again, err := w.Portals.EnsureClientUser(ctx, sys, ids[0], portal.NewClientUser{Email: "U@example.net"})
		if err != nil || again.ID != user.ID || w.Mails(t, owner.Portal()) != mails {
			t.Errorf("again: %+v, %v", again, err)
		}
		for _, c := range []struct {
			email, code string
			kind        fault.Kind
		}{
			{"u@example.net", portal.CodeOtherCompany, fault.KindConflict},
			{"owner@example.com", portal.CodeAlreadyMember, fault.KindConflict},
			{"nothing", "", fault.KindInvalid},
		} {
			_, err := w.Portals.EnsureClientUser(ctx, sys, other.ID, portal.NewClientUser{Email: c.email})
			if !fault.Is(err, c.kind) || !fault.HasCode(err, c.code) {
				t.Errorf("%s: %v", c.email, err)
			}
		}
		moved, err := w.Portals.MoveClientUser(ctx, owner, user.ID, other.ID)
		if err != nil || moved.Company != other.ID {
			t.Errorf("%+v, %v", moved, err)
		}
		// Taking a company out takes its users out and frees their addresses.
		if err := w.Portals.RemoveCompany(ctx, owner, other.ID); err != nil {
			t.Fatal(err)
		}
		w.Member(t, owner, "u@example.net", portal.RoleEmployee)
	})
}
