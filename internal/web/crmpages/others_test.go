package crmpages_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/id"
)

// Who sees only their own records is not told that there are none; what the program
// changed on its own says so; moments go out as numbers.
func TestRecordsOfOthersAndOfTheProgram(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	account := made(t, b, base+"/Accounts", "Account_Name", "Aozora")
	task := made(t, b, base+"/Tasks", "Subject", "Call", "Status", "Not Started")
	form := b.Get(base + "/setup/users").Body
	chosen := regexp.MustCompile(`<option value="(\d+)" selected`).FindAllStringSubmatch(form, 2)
	invited := made(t, b, base+"/setup/users", "email", "ren@example.jp", "name", "Ren", "profile", chosen[0][1], "role", chosen[1][1])
	letter := regexp.MustCompile(`/setup/outbox/\d+`).FindString(b.Get(invited).Body)
	to := regexp.MustCompile(`/invitations/[\w-]+`).FindString(b.Get(base + letter).Body)
	other := p.Browser(t)
	made(t, other, to, "name", "Ren", "password", "correct horse battery")
	has(t, other.Get(base+"/Accounts"), http.StatusOK, en("crmpages.list.empty_shared"), base+"/Accounts/new")
	has(t, other.Get(account), http.StatusNotFound)
	lacks(t, b.Get(base+"/Deals"), en("crmpages.list.empty_shared"))

	org, err := id.Parse(strings.TrimPrefix(base, "/crm/"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := id.Parse(task[strings.LastIndex(task, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.Get(task).Body, en("crmpages.system")); lines != 0 {
		t.Errorf("the program is named %d times", lines)
	}
	program := p.CRM.Access.System(org, "test")
	if _, err := p.CRM.Records.Update(t.Context(), program, access.TabTasks, n, 1, map[string]any{"Status": "Completed"}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.Get(task).Body, en("crmpages.system")); lines != 2 {
		t.Errorf("the program is named %d times, of the record and of its event", lines)
	}
	csv := b.Get(base + "/Tasks/export.csv")
	if !regexp.MustCompile(`,\d{4}-\d\d-\d\d \d\d:\d\d`).MatchString(csv.Body) {
		t.Errorf("no moment in %q", csv.Body)
	}
}
