//go:build !race

package killtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/store/storetest"
)

const (
	loading     = "load" // the house a child loads the file into
	loadedTies  = 10_000
	hitsWanted  = 5 // kills in the middle
	killsAtMost = 20
)

// TestKilledLoadLeavesNothing: a file of associations is loaded by a program that is
// killed while it does. Nothing of it shows, however far it came; loaded again, all of it
// is there, once.
func TestKilledLoadLeavesNothing(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		a := open(t, database)
		newSmall(t, a, do[identity.Person](t)(person(t.Context(), a, email(0))), loading)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		path, want := archiveFile(t)
		load := func(ahead time.Duration) *program {
			t.Helper()
			t.Setenv(fileVariable, path)
			return start(t, database, ahead)
		}
		p := load(0)
		began := time.Now()
		p.says(t, "idle")
		whole := time.Since(began)
		p.kill()

		seed := uint64(time.Now().UnixNano())
		random := rand.New(rand.NewPCG(seed, 0))
		hits, tried := 0, 0
		for ; hits < hitsWanted && tried < killsAtMost; tried++ {
			p := load(0)
			time.Sleep(time.Duration(random.Int64N(int64(whole))))
			if !p.killed("idle") {
				hits++
			}
		}
		t.Logf("undisturbed: %s; %d of %d kills came in the middle; seed %d", whole, hits, tried, seed)
		if hits < hitsWanted {
			t.Errorf("only %d kills came in the middle: the test shows little", hits)
		}
		p = load(jump)
		p.says(t, "idle")
		p.kill()
		visit(t, database, loading, func(h *house) {
			all := h.archives()
			if n := len(all); n < 2 || n > 2+tried-hits {
				t.Errorf("%d archives show, after %d kills of which %d came in the middle", n, tried, hits)
			}
			for _, got := range all {
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("an archive that shows is not the file (-want +got):\n%s", d)
				}
			}
		})
	})
}

// archiveFile writes an archive of every kind of tie, and gives its ties as archives does.
func archiveFile(t *testing.T) (path string, ties map[string]int) {
	t.Helper()
	var file archive
	file.Portal, file.PortalID, ties = "Elsewhere", "77", map[string]int{}
	for i := range loadedTies {
		t := tie{Kind: []string{"client", "contact", "project", "exclusion", "task"}[i%5], Record: strconv.Itoa(1000 + i), Target: strconv.Itoa(500_000 + i)}
		switch t.Kind {
		case "client":
			t.Module = access.TabAccounts
		case "contact":
			t.Module, t.Client = access.TabContacts, "9"
		case "project":
			t.Module = access.TabDeals
		case "task":
			t.Module, t.Project = access.TabTasks, "8"
		}
		file.Ties = append(file.Ties, t)
		ties[fmt.Sprint(t)]++
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "archive.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, ties
}

type archive struct {
	Portal   string `json:"portal"`
	PortalID string `json:"portal_id"`
	Ties     []tie  `json:"ties"`
}

type tie struct {
	Kind    string `json:"kind"`
	Module  string `json:"module"`
	Record  string `json:"record_id"`
	Target  string `json:"target_id"`
	Client  string `json:"client_id,omitempty"`
	Project string `json:"project_id,omitempty"`
}

// archives gives the ties of every archive that shows, the latest first, and how often
// each stands there.
func (h *house) archives() (out []map[string]int) {
	h.t.Helper()
	for _, a := range do[[]integration.Archive](h.t)(h.app.Tie.Archives(h.t.Context(), h.admin)) {
		var b bytes.Buffer
		if err := h.app.Tie.WriteArchive(h.t.Context(), h.admin, a.Epoch, "json", &b); err != nil {
			h.t.Fatal(err)
		}
		var file archive
		if err := json.Unmarshal(b.Bytes(), &file); err != nil {
			h.t.Fatal(err)
		}
		ties := map[string]int{}
		for _, t := range file.Ties {
			ties[fmt.Sprint(t)]++
		}
		out = append(out, ties)
	}
	return out
}

// loadFile loads an archive, as the page does.
func loadFile(ctx context.Context, a *app.App, as access.Actor, path string) error {
	data, err := os.ReadFile(path)
	if err == nil {
		_, err = a.Tie.LoadArchive(ctx, as, data)
	}
	return err
}
