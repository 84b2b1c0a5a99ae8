package record_test

import (
	"testing"

	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestTasksHangOnWhatTheyAreAbout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		as := w.Organisation("Minato")
		account := w.Account(as, "青空製作所")
		deal := w.Deal(as, account, "基幹刷新")
		call := w.Make(as, builtin.Tasks, map[string]any{"Subject": "電話する", "Account_Name": account, "Deal_Name": deal, "Due_Date": "2026-12-01"})
		w.Make(as, builtin.Tasks, map[string]any{"Subject": "急がない", "Account_Name": account})

		names := func(module string, of id.ID, list string) []string {
			t.Helper()
			found, err := w.Records.Related(ctx, as, module, of, list, record.Query{})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range found.Items {
				out = append(out, r.Name)
			}
			return out
		}
		want := func(what string, got []string, want ...string) {
			t.Helper()
			if len(got) != len(want) {
				t.Errorf("%s: %v, want %v", what, got, want)
				return
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s: %v, want %v", what, got, want)
				}
			}
		}
		want("open on the account", names(builtin.Accounts, account, "open-tasks"), "電話する", "急がない")
		want("open on the deal", names(builtin.Deals, deal, "open-tasks"), "電話する")

		task, _, err := w.Records.Get(ctx, as, builtin.Tasks, call)
		if err != nil || task.Values.Text("Status") != builtin.TaskNotStarted || task.Values.Text("Priority") != "Normal" {
			t.Fatalf("%+v, %v", task, err)
		}
		done, err := w.Records.Update(ctx, as, builtin.Tasks, call, task.Version, map[string]any{"Status": builtin.TaskCompleted})
		if err != nil || done.Values.Number("Percent_Complete") != 100 {
			t.Errorf("%+v, %v", done, err)
		}
		want("still open", names(builtin.Accounts, account, "open-tasks"), "急がない")
		want("closed", names(builtin.Accounts, account, "closed-tasks"), "電話する")
		again, err := w.Records.Update(ctx, as, builtin.Tasks, call, done.Version, map[string]any{"Status": "In Progress"})
		if err != nil || again.Values.Number("Percent_Complete") != 0 {
			t.Errorf("open again: %+v, %v", again, err)
		}
		want("none closed", names(builtin.Deals, deal, "closed-tasks"))
	})
}
