package record_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// explainer is a transaction that keeps the plan of everything it reads.
type explainer struct {
	*store.Tx
	t     *testing.T
	plans map[string]string
}

func (e explainer) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	e.plan(ctx, query, query, args)
	return e.Tx.Query(ctx, query, args...)
}

func (e explainer) QueryRow(ctx context.Context, query string, args ...any) *store.Row {
	e.plan(ctx, query, query, args)
	return e.Tx.QueryRow(ctx, query, args...)
}

func (e explainer) plan(ctx context.Context, name, query string, args []any) {
	e.t.Helper()
	rows, err := e.Tx.Query(ctx, e.Dialect().Pick("EXPLAIN QUERY PLAN ", "EXPLAIN ")+query, args...)
	lines, err := store.Collect(rows, err, func(r *sql.Rows) (line string, err error) {
		if e.Dialect() == store.Postgres {
			return line, r.Scan(&line)
		}
		var skip any
		return line, r.Scan(&skip, &skip, &skip, &line)
	})
	if err != nil {
		e.t.Fatalf("%s\n%s\n%v", name, query, err)
	}
	e.plans[name] = strings.Join(lines, "\n")
}

var (
	scans = regexp.MustCompile(`SCAN (crm_(records|accounts|contacts|deals|tasks|timeline|users|match_keys)|[thdrukm])\b|Seq Scan`)
	sorts = regexp.MustCompile(`TEMP B-TREE|Sort`)
)

// TestEveryReadHasAnIndex looks at the plans of whatever lists, searches and matches.
func TestEveryReadHasAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		one := w.Join(admin, "one@minato.example", 0, 0)
		account := w.Account(admin, "青空製作所")
		many(t, w, admin, 300)
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if db.Dialect() == store.Postgres { // the tables are small, which is not the question
				for _, set := range []string{"ANALYZE", "SET LOCAL enable_seqscan = off", "SET LOCAL enable_sort = off"} {
					if _, err := tx.Exec(ctx, set); err != nil {
						return err
					}
				}
			}
			e := explainer{tx, t, map[string]string{}}
			for _, as := range []access.Actor{admin, one} {
				for _, m := range w.Records.Modules(as) {
					for _, p := range w.Records.Plans(t, as, m.Name, "青空 03-1111") {
						name := as.Name() + ": " + p.Name
						e.plan(ctx, name, p.SQL.SQL(), p.SQL.Args())
						if p.Sorted && m.Name == builtin.Accounts && sorts.MatchString(e.plans[name]) {
							t.Errorf("%s sorts\n%s", name, e.plans[name])
						}
					}
				}
				if err := w.Records.Reads(ctx, e, as, account); err != nil && as.Admin() {
					return err
				}
			}
			for name, plan := range e.plans {
				if scans.MatchString(plan) {
					t.Errorf("%s reads a whole table\n%s", name, plan)
				}
			}
			if len(e.plans) < 100 {
				t.Errorf("only %d plans", len(e.plans))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// many makes accounts in one transaction.
func many(t *testing.T, w *crmtest.World, as access.Actor, n int) {
	t.Helper()
	rows := make([]map[string]any, n)
	for i := range rows {
		rows[i] = map[string]any{"Account_Name": fmt.Sprintf("会社%05d", i*7919%n), "Industry": []string{"Retail", "Energy", "Media"}[i%3], "Phone": fmt.Sprint(i)}
	}
	err := w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, problems, err := w.Records.CreateMany(ctx, tx, as, builtin.Accounts, rows)
		for _, p := range problems {
			if p != nil {
				return p
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
