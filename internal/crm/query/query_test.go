package query_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var ctx = context.Background()

func is(name string, op query.Operator, values ...string) query.Criterion {
	return query.Criterion{Field: name, Op: op, Values: values}
}

func all(list ...query.Criterion) query.Criteria { return query.Criteria{List: list} }

// found gives the names a question finds, in the list's order.
func found(t *testing.T, w *crmtest.World, as access.Actor, module string, c query.Criteria) []string {
	t.Helper()
	l, err := w.Records.List(ctx, as, module, record.Query{Where: c})
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	var out []string
	for _, r := range l.Items {
		out = append(out, r.Name)
	}
	slices.Sort(out)
	return out
}

func TestWhatTheOperatorsFind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		one := w.Join(admin, "one@minato.example", 0, 0)
		parent := w.Account(admin, "Alpha 100%")
		w.Make(one, builtin.Accounts, map[string]any{"Account_Name": "beta_x", "Industry": "Retail", "Website": "beta.example", "Employees": int64(10)})
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "青空", "Industry": "Media", "Employees": int64(20), "Parent_Account": parent})
		for _, tt := range []struct {
			list []query.Criterion
			want string
		}{
			{[]query.Criterion{is("Account_Name", query.Is, "BETA_X")}, "beta_x"},
			{[]query.Criterion{is("Account_Name", query.IsNot, "beta_x")}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Account_Name", query.Contains, "_")}, "beta_x"},
			{[]query.Criterion{is("Account_Name", query.Contains, "0%")}, "Alpha 100%"},
			{[]query.Criterion{is("Account_Name", query.Starts, "alp")}, "Alpha 100%"},
			{[]query.Criterion{is("Website", query.ContainsNot, "BETA")}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Website", query.Empty)}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Industry", query.OneOf, "retail", "Media")}, "beta_x,青空"},
			{[]query.Criterion{is("Industry", query.OneOf, "Media")}, "青空"},
			{[]query.Criterion{is("Industry", query.NoneOf, "Retail")}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Employees", query.Is, "10")}, "beta_x"},
			{[]query.Criterion{is("Employees", query.IsNot, "10")}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Employees", query.Greater, "10")}, "青空"},
			{[]query.Criterion{is("Employees", query.AtLeast, "10"), is("Employees", query.Less, "20")}, "beta_x"},
			{[]query.Criterion{is("Employees", query.Between, "5", "20")}, "beta_x,青空"},
			{[]query.Criterion{is("Employees", query.NotEmpty)}, "beta_x,青空"},
			{[]query.Criterion{is("Parent_Account", query.Is, parent.String())}, "青空"},
			{[]query.Criterion{is("Parent_Account", query.IsNot, parent.String())}, "Alpha 100%,beta_x"},
			{[]query.Criterion{is("Parent_Account", query.Empty)}, "Alpha 100%,beta_x"},
			{[]query.Criterion{is("Owner", query.Me)}, "Alpha 100%,青空"},
			{[]query.Criterion{is("Owner", query.NotMe)}, "beta_x"},
			{[]query.Criterion{is("Created_By", query.Is, one.User().String())}, "beta_x"},
			{[]query.Criterion{is("Created_Time", query.Today)}, "Alpha 100%,beta_x,青空"},
			{[]query.Criterion{is("Created_Time", query.Past)}, ""},
			{[]query.Criterion{is("Owner", query.Me), is("Industry", query.NotEmpty), is("Created_Time", query.LastDays, "1")}, "青空"},
		} {
			if got := strings.Join(found(t, w, admin, builtin.Accounts, all(tt.list...)), ","); got != tt.want {
				t.Errorf("%+v: %q, want %q", tt.list, got, tt.want)
			}
		}
		some := query.Criteria{Any: true, List: []query.Criterion{is("Industry", query.OneOf, "Retail"), is("Parent_Account", query.NotEmpty)}}
		if diff := cmp.Diff([]string{"beta_x", "青空"}, found(t, w, admin, builtin.Accounts, some)); diff != "" {
			t.Error("any", diff)
		}
		// Sharing holds, whatever is asked.
		if diff := cmp.Diff([]string{"beta_x"}, found(t, w, one, builtin.Accounts, some)); diff != "" {
			t.Error("sharing", diff)
		}
		w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "A", "Email_Opt_Out": true, "Email": "a@x.example"})
		w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "B"})
		for op, want := range map[query.Operator]string{query.Yes: "A", query.No: "B"} {
			if got := strings.Join(found(t, w, admin, builtin.Contacts, all(is("Email_Opt_Out", op))), ","); got != want {
				t.Errorf("%s: %q", op, got)
			}
		}
		if got := found(t, w, admin, builtin.Contacts, all(is("Email", query.Contains, "@X."))); len(got) != 1 {
			t.Errorf("part of an address: %v", got)
		}
	})
}

// TestRelativeDays stands on Wednesday, 1 July 2026, half past midnight in Tokyo, which
// is still June elsewhere.
func TestRelativeDays(t *testing.T) {
	db := storetest.New(t, store.SQLite, storetest.NewClock(time.Date(2026, 6, 30, 15, 30, 0, 0, time.UTC)).Now)
	w := crmtest.New(t, db)
	admin := w.Organisation("Minato")
	account := w.Account(admin, "青空製作所")
	for _, day := range []string{"2025-12-31", "2026-06-21", "2026-06-22", "2026-06-30", "2026-07-01", "2026-07-02", "2026-07-05", "2026-07-06", "2026-07-31", "2026-08-01"} {
		w.Make(admin, builtin.Deals, map[string]any{"Deal_Name": day[2:], "Account_Name": account, "Closing_Date": day, "Stage": "Qualification", "Amount": "10"})
	}
	for c, want := range map[*query.Criterion]string{
		{Op: query.Today}:                                                 "26-07-01",
		{Op: query.Yesterday}:                                             "26-06-30",
		{Op: query.Tomorrow}:                                              "26-07-02",
		{Op: query.Past}:                                                  "25-12-31,26-06-21,26-06-22,26-06-30",
		{Op: query.ThisWeek}:                                              "26-06-30,26-07-01,26-07-02,26-07-05",
		{Op: query.LastWeek}:                                              "26-06-22",
		{Op: query.NextWeek}:                                              "26-07-06",
		{Op: query.ThisMonth}:                                             "26-07-01,26-07-02,26-07-05,26-07-06,26-07-31",
		{Op: query.LastMonth}:                                             "26-06-21,26-06-22,26-06-30",
		{Op: query.NextMonth}:                                             "26-08-01",
		{Op: query.LastDays, Values: []string{"2"}}:                       "26-06-30,26-07-01",
		{Op: query.NextDays, Values: []string{"2"}}:                       "26-07-01,26-07-02",
		{Op: query.Is, Values: []string{"2026/7/5"}}:                      "26-07-05",
		{Op: query.After, Values: []string{"2026-07-06"}}:                 "26-07-31,26-08-01",
		{Op: query.Before, Values: []string{"2026-06-22"}}:                "25-12-31,26-06-21",
		{Op: query.Between, Values: []string{"2026-07-02", "2026-07-05"}}: "26-07-02,26-07-05",
	} {
		c.Field = "Closing_Date"
		if got := strings.Join(found(t, w, admin, builtin.Deals, all(*c)), ","); got != want {
			t.Errorf("%s: %s, want %s", c.Op, got, want)
		}
	}
	// Moments belong to the day of the organisation.
	for c, want := range map[*query.Criterion]int{{Op: query.Today}: 10, {Op: query.Is, Values: []string{"2026-07-01"}}: 10, {Op: query.Yesterday}: 0, {Op: query.LastMonth}: 0} {
		c.Field = "Created_Time"
		if got := found(t, w, admin, builtin.Deals, all(*c)); len(got) != want {
			t.Errorf("created %s: %v", c.Op, got)
		}
	}
	if got := found(t, w, admin, builtin.Deals, all(is("Amount", query.Is, "10.0"))); len(got) != 10 {
		t.Errorf("money: %v", got)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	db := storetest.New(t, store.SQLite, nil)
	w := crmtest.New(t, db)
	admin := w.Organisation("Minato")
	w.Join(admin, "one@minato.example", 0, 0)
	clerk := w.Join(admin, "clerk@minato.example", w.Clone(admin, "Contacts only", map[string]access.Rights{builtin.Contacts: access.AllRights()}), 0)
	account := w.Account(admin, "青空製作所")
	m, _ := builtin.Modules().Module(builtin.Contacts)
	for name, c := range map[string]query.Criteria{
		"no field":         all(is("Secret", query.Is, "x")),
		"hidden column":    all(is("email_key", query.Is, "x")),
		"no such operator": all(is("Email", "like", "x")),
		"of another type":  all(is("Email", query.Greater, "x")),
		"no value":         all(is("Email", query.Is)),
		"empty value":      all(is("Email", query.Is, " ")),
		"too many values":  all(is("Email", query.Is, "a", "b")),
		"one end":          all(is("Date_of_Birth", query.Between, "2026-01-01")),
		"backwards":        all(is("Date_of_Birth", query.Between, "2026-01-02", "2026-01-01")),
		"no date":          all(is("Date_of_Birth", query.Is, "soon")),
		"no option":        all(is("Lead_Source", query.OneOf, "Nowhere")),
		"no days":          all(is("Date_of_Birth", query.LastDays, "0")),
		"too many":         all(slices.Repeat([]query.Criterion{is("Email", query.Empty)}, query.MaxCriteria+1)...),
	} {
		if _, err := query.Check(admin, m, c); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := w.Records.List(ctx, admin, builtin.Contacts, record.Query{Where: c}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s, as a list: %v", name, err)
		}
	}
	// Whoever does not see accounts cannot ask whose contacts are of one.
	hidden := all(is("Account_Name", query.Is, account.String()))
	if _, err := query.Check(admin, m, hidden); err != nil {
		t.Error(err)
	}
	if _, err := w.Records.List(ctx, clerk, builtin.Contacts, record.Query{Where: hidden}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a hidden field: %v", err)
	}
	for _, f := range query.Fields(clerk, m) {
		if f.Name == "Account_Name" {
			t.Error("a hidden field is offered")
		}
	}
}

// TestEveryOperatorHasAName in both languages, and every field some operator.
func TestEveryOperatorHasAName(t *testing.T) {
	for _, m := range builtin.Modules().All() {
		for _, f := range m.Fields {
			ops := query.Operators(f.Type)
			if len(ops) == 0 {
				t.Errorf("%s cannot be asked for", f.Name)
			}
			for _, op := range ops {
				for _, lang := range []string{locale.Japanese, locale.English} {
					if !locale.For(lang, "").Has(op.Label(f.Type)) {
						t.Errorf("%s has no name in %s", op.Label(f.Type), lang)
					}
				}
			}
		}
	}
}

// TestTheEndsOfWhatCanBeAsked: what lies before the first and after the last day, and
// the largest numbers and texts, find what they should and break nothing.
func TestTheEndsOfWhatCanBeAsked(t *testing.T) {
	storetest.EachAt(t, storetest.NewClock(time.Date(2026, 7, 1, 3, 0, 0, 0, time.UTC)), func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "none"})
		for _, day := range []string{"1800-01-01", "2024-02-29", "9999-12-31"} {
			w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": day, "Date_of_Birth": day})
		}
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "most", "Employees": int64(9999999999), "Annual_Revenue": "99999999999999.9999"})
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "least", "Employees": int64(-9999999999), "Annual_Revenue": "-99999999999999.9999"})
		for _, tt := range []struct {
			field string
			op    query.Operator
			value string
			want  string
		}{
			{"Date_of_Birth", query.After, "9999-12-31", ""},
			{"Date_of_Birth", query.After, "9999-12-30", "9999-12-31"},
			{"Date_of_Birth", query.Before, "9999-12-31", "1800-01-01,2024-02-29"},
			{"Date_of_Birth", query.Before, "1800-01-01", ""},
			{"Date_of_Birth", query.After, "1800-01-01", "2024-02-29,9999-12-31"},
			{"Date_of_Birth", query.Is, "2024年2月29日", "2024-02-29"},
			{"Date_of_Birth", query.After, "2024-02-28", "2024-02-29,9999-12-31"},
			{"Date_of_Birth", query.Before, "2024-03-01", "1800-01-01,2024-02-29"},
			{"Date_of_Birth", query.LastDays, "３６６０", "2024-02-29"},
			{"Created_Time", query.After, "9999-12-31", ""},
			{"Created_Time", query.Before, "9999-12-31", "1800-01-01,2024-02-29,9999-12-31,none"},
			{"Description", query.ContainsNot, strings.Repeat("長", query.MaxText), "1800-01-01,2024-02-29,9999-12-31,none"},
			{"Description", query.Contains, strings.Repeat("%", query.MaxText), ""},
		} {
			if got := strings.Join(found(t, w, admin, builtin.Contacts, all(is(tt.field, tt.op, tt.value))), ","); got != tt.want {
				t.Errorf("%s %s %.20s: %q, want %q", tt.field, tt.op, tt.value, got, tt.want)
			}
		}
		both := all(is("Date_of_Birth", query.After, "9999-12-31"), is("Date_of_Birth", query.After, "2000-01-01"))
		if got := found(t, w, admin, builtin.Contacts, both); got != nil {
			t.Errorf("after the last day and another: %v", got)
		}
		either := query.Criteria{Any: true, List: both.List}
		if got := found(t, w, admin, builtin.Contacts, either); len(got) != 2 {
			t.Errorf("after the last day or another: %v", got)
		}
		for _, name := range []string{"Employees", "Annual_Revenue"} {
			edge := map[string]string{"Employees": "9,999,999,999", "Annual_Revenue": "￥９９，９９９，９９９，９９９，９９９．９９９９"}[name]
			for op, want := range map[query.Operator]string{query.Greater: "", query.AtLeast: "most", query.Less: "least", query.AtMost: "least,most"} {
				if got := strings.Join(found(t, w, admin, builtin.Accounts, all(is(name, op, edge))), ","); got != want {
					t.Errorf("%s %s the most: %q, want %q", name, op, got, want)
				}
			}
		}
		contacts, _ := builtin.Modules().Module(builtin.Contacts)
		accounts, _ := builtin.Modules().Module(builtin.Accounts)
		for _, tt := range []struct{ field, value, want string }{
			{"Date_of_Birth", "0001-01-01", "crm.field.date_range"}, {"Date_of_Birth", "10000-01-01", "crm.field.date_range"}, {"Date_of_Birth", "2026-02-29", "crm.field.no_day"},
			{"Date_of_Birth", "29 February", "crm.field.date"}, {"Created_Time", "2100-02-29", "crm.field.no_day"}, {"Created_Time", "-2026-01-01", "crm.field.date"},
			{"Account_Name", strings.Repeat("長", query.MaxText), "crm.field.long"}, {"Website", strings.Repeat("長", query.MaxText+1), "crm.field.long"},
			{"Employees", "1e9", "crm.field.integer"}, {"Employees", "NaN", "crm.field.integer"}, {"Employees", "0x10", "crm.field.integer"}, {"Employees", "--1", "crm.field.integer"},
			{"Employees", "1.5", "crm.field.integer"}, {"Employees", "10000000000", "crm.field.digits"}, {"Employees", strings.Repeat("9", 30), "crm.field.integer"}, {"Employees", ",", "crm.query.value"},
			{"Annual_Revenue", "1.23456", "crm.field.currency"}, {"Annual_Revenue", "1-2", "crm.field.currency"}, {"Annual_Revenue", "1.2.3", "crm.field.currency"}, {"Annual_Revenue", "-", "crm.field.currency"},
			{"Annual_Revenue", "Infinity", "crm.field.currency"}, {"Annual_Revenue", "100000000000000", "crm.field.currency"},
		} {
			m := contacts
			if _, ok := accounts.Field(tt.field); ok && tt.field != "Created_Time" {
				m = accounts
			}
			_, err := query.Check(admin, m, all(is(tt.field, query.Is, tt.value)))
			if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != tt.want {
				t.Errorf("%s is %.30s: %v, want %s", tt.field, tt.value, err, tt.want)
			}
		}
	})
}

// TestADayWithoutMidnight: where clocks go forward at midnight, the day is still itself.
func TestADayWithoutMidnight(t *testing.T) {
	// In Cairo 2026-04-24 begins at one o'clock, which is 22:00 of the day before in UTC.
	clock := storetest.NewClock(time.Date(2026, 4, 23, 21, 59, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		clock.Set(time.Date(2026, 4, 23, 21, 59, 0, 0, time.UTC))
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		o := admin.Organisation()
		cairo := access.Settings{Name: o.Name, TimeZone: "Africa/Cairo", Currency: o.Currency, Locale: o.Locale, Version: o.Version}
		if _, err := w.Access.UpdateOrganisation(ctx, admin, cairo); err != nil {
			t.Fatal(err)
		}
		admin = w.Again(admin)
		w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "before", "Date_of_Birth": "2026-04-23"})
		clock.Set(time.Date(2026, 4, 23, 22, 0, 0, 0, time.UTC))
		w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "that day", "Date_of_Birth": "2026-04-24"})
		for _, name := range []string{"Created_Time", "Date_of_Birth"} {
			for _, c := range []query.Criterion{is(name, query.Is, "2026-04-24"), is(name, query.Today), is(name, query.After, "2026-04-23"), is(name, query.Between, "2026-04-24", "2026-04-25")} {
				if got := strings.Join(found(t, w, admin, builtin.Contacts, all(c)), ","); got != "that day" {
					t.Errorf("%s %s: %q", name, c.Op, got)
				}
			}
			if got := strings.Join(found(t, w, admin, builtin.Contacts, all(is(name, query.Before, "2026-04-24"))), ","); got != "before" {
				t.Errorf("%s before: %q", name, got)
			}
		}
	})
}
