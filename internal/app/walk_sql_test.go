package app_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/id"
)

// snapshot reads every row of a side from every table that has a tenant, so that a
// test can say that nothing of it changed.
func (w *walkWorld) snapshot(t *testing.T, s *side) map[string][]string {
	t.Helper()
	list, err := os.ReadFile("../store/tables.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "distributed" || words[len(words)-1] == "per-engine" {
			continue
		}
		tenant := map[string]id.ID{"org_id": s.org, "portal_id": s.portal}[words[2]]
		if tenant == 0 {
			continue
		}
		out[words[1]] = w.rows(t, words[1], words[2], tenant)
	}
	if len(out) < 20 {
		t.Fatalf("only %d tables were looked at", len(out))
	}
	return out
}

func (w *walkWorld) rows(t *testing.T, table, column string, tenant id.ID) (out []string) {
	t.Helper()
	rows, err := w.app.Ground.DB.Query(t.Context(), "SELECT * FROM "+table+" WHERE "+column+" = $1", int64(tenant))
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%v", values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func (w *walkWorld) same(t *testing.T, before, after map[string][]string) {
	t.Helper()
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("the neighbours' data changed:\n%s", short4(d))
	}
}
