package gate_test

import (
	"context"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/projectstest"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func local(t *testing.T, db *store.DB) (gate.Door, *projectstest.World, *work.Service) {
	w := projectstest.New(t, db)
	works := work.New(db, w.Portals, w.Files)
	return gate.NewLocal(db, w.Portals, works, w.Keys), w, works
}

func TestLocal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		door, w, works := local(t, db)
		gatetest.Run(t, door, w, works)
	})
}

// TestEverythingSurvivesJSON runs the same suite through a body that sends every
// argument, answer and fault through JSON, as a remote portal would.
func TestEverythingSurvivesJSON(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		door, w, works := local(t, db)
		gatetest.Run(t, gatetest.NewFaulty(door), w, works)
	})
}

func TestMishaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		inner, w, _ := local(t, db)
		door := gatetest.NewFaulty(inner)
		boss := w.Person(t, "boss@gate.example", "Boss")
		visitor := gate.Visitor{Person: boss.ID(), Email: boss.Email(), Name: "Boss", Locale: "en"}
		ctx, stop := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer stop()
		door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{Delay: time.Hour} })
		if _, err := door.Mine(ctx, visitor); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("slow: %v", err)
		}
		ctx = context.Background()
		door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{Lost: true} })
		if _, err := door.CreatePortal(ctx, visitor, "a", "Lost"); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("lost: %v", err)
		}
		door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{Reset: true} })
		if _, err := door.CreatePortal(ctx, visitor, "b", "Reset"); !fault.Is(err, fault.KindUnavailable) {
			t.Errorf("reset: %v", err)
		}
		door.Plan(nil)
		mine, err := door.Mine(ctx, visitor)
		if err != nil || len(mine.Owned) != 1 || mine.Owned[0].Name != "Lost" {
			t.Errorf("the lost answer's work was done, the reset one's was not: %+v, %v", mine, err)
		}
	})
}
