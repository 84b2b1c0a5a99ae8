package crmpages_test

import (
	"regexp"
	"strings"
	"testing"

	"musubi/internal/crm/query"
)

// TestAViewFromFirstToLast walks the form as it is without script: every condition and
// column goes to the server and back.
func TestAViewFromFirstToLast(t *testing.T) {
	p := sqlite(t)
	b, base := house(t, p)
	made(t, b, base+"/Accounts", "Account_Name", "青空製作所", "Industry", "Retail", "Employees", "12")
	made(t, b, base+"/Accounts", "Account_Name", "港湾倉庫", "Industry", "Energy")
	list := base + "/Accounts"

	has(t, b.Get(list), 200, en("crm.view.mine"), "青空製作所", "港湾倉庫")
	has(t, b.Get(list+"/views/new"), 200, en("crmpages.view.add_criterion"), en("crmpages.view.columns"))
	page := b.Post(list+"/views/new", "name", "小売", "do", "add_criterion", "add_criterion", "Industry", "column", "Owner")
	has(t, page, 200, `value="小売"`, `name="criteria.0.op"`, `value="Retail"`)
	page = b.Post(list+"/views/new", "name", "小売", "do", "add_column", "add_column", "Employees", "column", "Owner", "criteria.0.field", "Industry", "criteria.0.op", "one_of", "criteria.0.many", "Retail")
	has(t, page, 200, `name="column" value="Employees"`, `name="criteria.0.field" value="Industry"`)
	page = b.Post(list+"/views/new", "name", "小売", "do", "up:1", "column", "Owner", "column", "Employees")
	if at := strings.Index(page.Body, `name="column" value="Employees"`); at < 0 || at > strings.Index(page.Body, `name="column" value="Owner"`) {
		t.Error("a column does not move")
	}
	has(t, b.Post(list+"/views/new", "name", "", "do", "save", "criteria.0.field", "Employees", "criteria.0.op", "between", "criteria.0.value", "9", "criteria.0.until", "3"),
		422, en("crm.view.no_name"), en("crm.query.between"), `value="9"`)
	has(t, b.Post(list+"/views/new", "name", "x", "do", "save", "criteria.0.field", "email_key", "criteria.0.op", "is", "criteria.0.value", "9"), 422, en("crm.query.field"))

	at := made(t, b, list+"/views/new", "name", "小売", "do", "save", "sort", "Account_Name", "order", "desc", "shared", "on", "column", "Employees",
		"criteria.0.field", "Industry", "criteria.0.op", "one_of", "criteria.0.many", "Retail", "criteria.1.field", "Owner", "criteria.1.op", "is", "criteria.1.value", "", "criteria.1.value.text", "佐藤 結衣")
	page = b.Get(at)
	has(t, page, 200, "青空製作所", "小売", "佐藤 結衣", "12")
	lacks(t, page, "港湾倉庫")
	if to := b.Get(list).To(); to != at {
		t.Errorf("the last view does not open again: %q", to)
	}
	csv := b.Get(list + "/export.csv?columns=shown&" + at[strings.Index(at, "view="):])
	has(t, csv, 200, "青空製作所")
	lacks(t, csv, "港湾倉庫")
	if line, _, _ := strings.Cut(csv.Body, "\n"); strings.Count(line, ",") != 1 {
		t.Errorf("the file has other columns than the view: %q", line)
	}

	key := regexp.MustCompile(`\d+$`).FindString(at)
	edit := list + "/views/" + key + "/edit"
	has(t, b.Get(edit), 200, `value="小売"`, "佐藤 結衣", `name="version" value="1"`)
	made(t, b, edit, "name", "小売業", "do", "save", "version", "1", "shared", "on", "column", "Phone")
	has(t, b.Post(edit, "name", "小売店", "do", "save", "version", "1", "shared", "on", "column", "Employees"), 409, "小売業", "小売店", `name="version" value="2"`)
	made(t, b, list+"/views/favourite", "view", key)
	b.Get(list + "?view=all")
	if to := b.Get(list).To(); to != at {
		t.Errorf("the favourite does not open first: %q", to)
	}
	has(t, b.Get(list+"/views/new?from="+key), 200, "小売業")
	has(t, b.Get(list+"/views/"+key+"/delete"), 200, en("crmpages.view.delete_shared"))
	made(t, b, list+"/views/"+key+"/delete")
	has(t, b.Get(at), 404)
	has(t, b.Get(list+"?view="+string(query.Is)), 404)

	made(t, b, list+"/columns?view=mine", "do", "save", "column", "Fax")
	has(t, b.Get(list+"?view=mine"), 200, ">Fax")
	has(t, b.Post(list+"/columns?view=mine", "do", "save", "column", "Secret"), 422, en("crm.query.field"))
}
