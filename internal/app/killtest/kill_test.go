//go:build !race

package killtest_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/integration"
	"musubi/internal/store/storetest"
)

const (
	killsRegistering = 5
	killsAssociating = 15
	// jump moves the clock of each child past the lease of the node that led, and past
	// the pause before the next try of a job.
	jump = 3 * time.Hour
)

// TestKilledRunsEndAlike: two houses with the same data, one left in peace, the other
// killed twenty times, come to the same.
func TestKilledRunsEndAlike(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		a := open(t, database)
		staff := people(t, a)
		newHouse(t, a, staff, "peace")
		newHouse(t, a, staff, "trouble")
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}

		visit(t, database, "peace", (*house).save)
		registering := undisturbed(t, database, 0)
		visit(t, database, "peace", (*house).answer)
		associating := undisturbed(t, database, 0)

		seed := uint64(time.Now().UnixNano())
		t.Logf("undisturbed: %s registering, %s associating; seed %d", registering, associating, seed)
		w := &wrecker{t: t, database: database, random: rand.New(rand.NewPCG(seed, 0))}
		visit(t, database, "trouble", (*house).save)
		run := func(kind string) func(*house) bool { return func(h *house) bool { return h.going(kind) } }
		w.wreck("trouble", run(integration.RunProvisioning), killsRegistering, registering)
		visit(t, database, "trouble", (*house).answer)
		w.wreck("trouble", run(integration.RunAssociation), killsAssociating, associating)
		t.Logf("%d of %d kills left a run unfinished", w.hits, killsRegistering+killsAssociating)
		if w.hits < 8 {
			t.Errorf("only %d kills came in the middle: the test shows little", w.hits)
		}
		undisturbed(t, database, w.ahead+jump)

		var want, got map[string][]string
		visit(t, database, "peace", func(h *house) { want = h.dump() })
		visit(t, database, "trouble", func(h *house) { got = h.dump() })
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("undisturbed (-) and killed (+) differ:\n%s", d)
		}
		if len(want["registered"]) != colleagues || len(want["client links"]) < clients/2 || len(want["letters"]) == 0 {
			t.Errorf("little happened: %d registered, %d client links, letters %v", len(want["registered"]), len(want["client links"]), want["letters"])
		}
	})
}

// undisturbed lets a child work until nothing is left to do, and says how long the
// runs took. What follows a run, its letters, gets a moment more.
func undisturbed(t *testing.T, database string, ahead time.Duration) time.Duration {
	t.Helper()
	p := start(t, database, ahead)
	began := time.Now()
	p.says(t, "idle")
	took := time.Since(began)
	time.Sleep(2 * time.Second)
	p.kill()
	return took
}

// wrecker kills children. Each one's clock is further ahead than the one's before.
type wrecker struct {
	t        *testing.T
	database string
	random   *rand.Rand
	ahead    time.Duration
	hits     int // kills that left the run unfinished
}

// wreck starts and kills children at random moments of a run that takes about whole,
// and of which unfinished says whether a house has it before it. Every other one must
// have got something done before.
func (w *wrecker) wreck(name string, unfinished func(*house) bool, kills int, whole time.Duration) {
	w.t.Helper()
	going := true
	for n := range kills {
		w.ahead += jump
		p := start(w.t, w.database, w.ahead)
		if going && n%2 == 1 {
			p.says(w.t, "moved", "idle")
		}
		time.Sleep(time.Duration(w.random.Int64N(int64(whole) * 3 / 2 / int64(kills))))
		p.kill()
		visit(w.t, w.database, name, func(h *house) { going = unfinished(h) })
		if going {
			w.hits++
		}
	}
}
