package bulk_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/bulk"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

type world struct {
	*crmtest.World
	t     *testing.T
	queue *jobs.Queue
	in    *importer.Service
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{World: crmtest.New(t, db), t: t, queue: jobs.New(db, slog.New(slog.DiscardHandler))}
	w.in = importer.New(db, w.queue)
	w.in.Register(bulk.Kinds(w.Access, w.Records, builtin.Modules())...)
	return w
}

// bring takes a file through the whole import.
func (w *world) bring(as access.Actor, kind, text string, options map[string]bool) (importer.Run, []importer.RejectedLine) {
	w.t.Helper()
	ctx := context.Background()
	r, err := w.in.Upload(ctx, as.Org(), as.User(), kind, "file.csv", []byte(text))
	if err == nil {
		_, err = w.in.Start(ctx, as.Org(), as.User(), kind, r.ID, r.Mapping, options)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	for _, err := range jobstest.Drain(w.t, w.queue) {
		w.t.Fatal(err)
	}
	if r, err = w.in.Run(ctx, as.Org(), as.User(), kind, r.ID); err != nil || r.State != importer.Done {
		w.t.Fatalf("%+v %v", r, err)
	}
	list, err := w.in.Rejects(ctx, r, page.Request{Size: page.MaxSize})
	if err != nil {
		w.t.Fatal(err)
	}
	return r, list.Items
}

func (w *world) find(as access.Actor, module, word string) record.Record {
	w.t.Helper()
	list, err := w.Records.List(context.Background(), as, module, record.Query{Keyword: word})
	if err != nil || len(list.Items) != 1 {
		w.t.Fatalf("%d called %q, %v", len(list.Items), word, err)
	}
	return list.Items[0]
}

// permit lets a profile bring in files.
func (w *world) permit(admin access.Actor, profile id.ID) {
	w.t.Helper()
	p, err := w.Access.Profile(context.Background(), admin, profile)
	if err == nil {
		_, err = w.Access.UpdateProfile(context.Background(), admin, access.ProfileChange{ID: p.ID, Name: p.Name, Version: p.Version, Tabs: p.Tabs,
			Permissions: map[access.Permission]bool{access.Import: true}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func reasons(list []importer.RejectedLine) map[int]string {
	out := map[int]string{}
	for _, l := range list {
		for _, f := range l.Reasons {
			out[l.Line] += f.Name + ":" + f.Key + " "
		}
	}
	return out
}

func TestAccountsComeIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		there := w.Account(admin, "株式会社 青空")
		sato := w.Join(admin, "sato@example.jp", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		text := "会社名,TEL,業種,従業員数,年間売上,親取引先,営業担当,備考\n" +
			"株式会社ソラ,03-1111,小売,\"1,200\",\"12,345.5\",株式会社 青空,sato@example.jp,=1+1\n" +
			"株式会社 青空,,,,,,,\n" + // there already
			"株式会社ソラ,,,,,,,\n" + // twice in the file
			",03,,,,,,\n" +
			"Bad Ltd,,小売りかも,many,,,,\n" +
			"Lost Ltd,,,,,Nowhere,,\n" +
			"Whose Ltd,,,,,,ghost@example.jp,\n"
		data, err := japanese.ShiftJIS.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		r, left := w.bring(admin, bulk.Accounts, data, nil)
		if r.Created != 1 || r.Found != 2 || r.Rejected != 4 {
			t.Errorf("%+v", r)
		}
		want := map[int]string{
			5: "Account_Name:crm.field.required ", 6: "Employees:crm.field.integer Industry:crm.field.picklist ",
			7: "Parent_Account:bulk.no_account ", 8: "Owner:bulk.no_user ",
		}
		if diff := cmp.Diff(want, reasons(left)); diff != "" {
			t.Error(diff)
		}
		got, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, w.find(admin, builtin.Accounts, "ソラ").ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]any{"Account_Name": "株式会社ソラ", "Phone": "03-1111", "Industry": "Retail", "Employees": int64(1200),
			"Annual_Revenue": int64(123_455_000), "Parent_Account": there, "Owner": sato.User(), "Description": "=1+1"} {
			if got.Values[name] != v {
				t.Errorf("%s: %#v, want %#v", name, got.Values[name], v)
			}
		}
		if again, _ := w.bring(admin, bulk.Accounts, data, nil); again.Created != 0 || again.Found != 3 {
			t.Errorf("again: %+v", again)
		}
	})
}

func TestContactsComeIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		sky := w.Account(admin, "Sky Ltd")
		w.Account(admin, "Twin")
		w.Account(admin, "TWIN")
		w.Contact(admin, sky, "Known", "Known@example.com")
		text := "氏名,会社名,メール\n" +
			"山田 太郎,Sky Ltd,taro@example.com\n" +
			"Ann Mary Lee,sky ltd,ann@example.com\n" +
			"誰か,新しい会社,new@example.com\n" +
			"別人,新しい会社,\n" +
			"x,Sky Ltd,KNOWN@example.com\n" +
			"y,twin,y@example.com\n" +
			",新しくない会社,z@example.com\n" +
			"w,Sky Ltd,no address\n"
		r, left := w.bring(admin, bulk.Contacts, text, map[string]bool{bulk.MakeAccounts: true})
		want := map[int]string{7: "Account_Name:bulk.several_accounts ", 8: "Last_Name:crm.field.required ", 9: "Email:crm.field.email "}
		if diff := cmp.Diff(want, reasons(left)); diff != "" || r.Created != 4 || r.Found != 1 {
			t.Error(r, diff)
		}
		for word, name := range map[string][2]string{"taro@example.com": {"山田", "太郎"}, "ann@example.com": {"Lee", "Ann Mary"}, "new@example.com": {"誰か", ""}} {
			got, _, err := w.Records.Get(t.Context(), admin, builtin.Contacts, w.find(admin, builtin.Contacts, word).ID)
			if err != nil || got.Values.Text("Last_Name") != name[0] || got.Values.Text("First_Name") != name[1] {
				t.Errorf("%s: %+v %v", word, got.Values, err)
			}
		}
		made := w.find(admin, builtin.Accounts, "新しい会社").ID
		if c := w.find(admin, builtin.Contacts, "new@example.com"); c.Lookup("Account_Name") != made {
			t.Errorf("%+v", c)
		}
		if list, err := w.Records.List(t.Context(), admin, builtin.Accounts, record.Query{Keyword: "新しくない"}); err != nil || len(list.Items) != 0 {
			t.Errorf("a rejected contact left an account: %v %v", list.Items, err)
		}
		_, left = w.bring(admin, bulk.Contacts, "氏名,会社名\nq,どこでもない\n", nil)
		if reasons(left)[2] != "Account_Name:bulk.no_account " {
			t.Errorf("%v", reasons(left))
		}
	})
}

func TestRightsAndSharingHoldForFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		neighbour := w.Organisation("Kaede")
		w.Account(neighbour, "Common Ltd")
		w.Account(admin, "Boss Ltd")
		w.Share(admin, builtin.Accounts, access.SharingPrivate)
		low := w.AddRole(admin, w.Role(admin, "CEO"), "Sales")
		w.Join(admin, "second@example.jp", w.Profile(admin, access.ProfileStandard), low)
		full := access.Rights{View: true, Create: true, Edit: true}
		bringers := w.Clone(admin, "Bringers", map[string]access.Rights{builtin.Accounts: full, builtin.Contacts: full})
		w.permit(admin, bringers)
		sales := w.Join(admin, "sales@example.jp", bringers, low)
		clone := w.Clone(admin, "Readers", map[string]access.Rights{builtin.Accounts: {View: true}})
		reader := w.Join(admin, "reader@example.jp", clone, low)
		for name, who := range map[string]struct{ tenant, user id.ID }{
			"without the right": {admin.Org(), reader.User()}, "from next door": {admin.Org(), neighbour.User()}, "nobody": {admin.Org(), 0},
		} {
			_, err := w.in.Upload(t.Context(), who.tenant, who.user, bulk.Accounts, "x.csv", []byte("会社名\nx\n"))
			if !slices.Contains([]fault.Kind{fault.KindForbidden, fault.KindNotFound}, fault.KindOf(err)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// What sharing hides is neither found nor pointed at.
		r, left := w.bring(sales, bulk.Contacts, "氏名,会社名\na,Boss Ltd\nb,Common Ltd\n", nil)
		if r.Rejected != 2 || reasons(left)[2] != "Account_Name:bulk.no_account " {
			t.Errorf("%+v %v", r, reasons(left))
		}
		if r, _ = w.bring(sales, bulk.Accounts, "会社名\nCommon Ltd\n", nil); r.Created != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// TestExport takes a whole list out, in order, and leaves a trace.
func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		for i := range page.MaxSize + 3 {
			w.Account(admin, fmt.Sprintf("=Sky %03d", i))
		}
		w.Join(admin, "second@example.jp", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		clone := w.Clone(admin, "Readers", map[string]access.Rights{builtin.Accounts: {View: true}})
		reader := w.Join(admin, "reader@example.jp", clone, w.Role(admin, "CEO"))
		var names []string
		all := func(list record.List) error {
			for _, r := range list.Items {
				names = append(names, r.Name)
			}
			return nil
		}
		if err := w.Records.Export(t.Context(), reader, builtin.Accounts, record.Query{}, all); !fault.Is(err, fault.KindForbidden) || names != nil {
			t.Errorf("without the permission: %v, %d came out", err, len(names))
		}
		if err := w.Records.Export(t.Context(), admin, builtin.Accounts, record.Query{Desc: true}, all); err != nil {
			t.Fatal(err)
		}
		if len(names) != page.MaxSize+3 || names[0] != "=Sky 202" || !slices.IsSortedFunc(names, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("%d came out, first %q", len(names), names[0])
		}
		log, err := w.Access.AuditLog(t.Context(), admin, page.Request{})
		if err != nil || log.Items[0].Act != "access.exported" || log.Items[0].Detail != "Accounts: 203" {
			t.Errorf("%+v %v", log.Items, err)
		}
	})
}

// TestUpdate fills a file into what is there: only what its cells hold, only where the
// user may edit.
func TestUpdate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		sky := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "株式会社ソラ", "Phone": "03-1", "Website": "https://sora.example", "Industry": "Retail"})
		w.Account(admin, "Twin")
		w.Account(admin, "TWIN")
		other := w.Account(admin, "Bystander")
		text := "会社名,電話,Webサイト,業界,親取引先\n" +
			"株式会社ソラ,03-2,,,Bystander\n" +
			"twin,1,,,\n" +
			"Bystander,,,,\n" +
			"株式会社ソラ,,,宇宙,\n" +
			"Newcomer,5,,,\n"
		before, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, other)
		if err != nil {
			t.Fatal(err)
		}
		r, left := w.bring(admin, bulk.Accounts, text, map[string]bool{bulk.UpdateExisting: true})
		want := map[int]string{3: "Account_Name:bulk.several_records ", 5: "Industry:crm.field.picklist "}
		if diff := cmp.Diff(want, reasons(left)); diff != "" || r.Updated != 1 || r.Found != 1 || r.Created != 1 {
			t.Error(r, diff)
		}
		got, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, sky)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]any{"Account_Name": "株式会社ソラ", "Phone": "03-2", "Website": "https://sora.example", "Industry": "Retail", "Parent_Account": other} {
			if got.Values[name] != v {
				t.Errorf("%s: %#v, want %#v", name, got.Values[name], v)
			}
		}
		after, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, other)
		if err != nil || after.Version != before.Version {
			t.Errorf("a row with nothing in it changed a record: %+v %v", after, err)
		}
		// Asked to make nothing, it leaves out what it does not find, in every line.
		r, left = w.bring(admin, bulk.Accounts, "会社名,電話\n株式会社ソラ,03-3\nNobody Ltd,1\nNobody Ltd,2\n", map[string]bool{bulk.UpdateExisting: true, bulk.OnlyExisting: true})
		want = map[int]string{3: "Account_Name:bulk.not_there ", 4: "Account_Name:bulk.not_there "}
		if diff := cmp.Diff(want, reasons(left)); diff != "" || r.Updated != 1 || r.Created != 0 {
			t.Error(r, diff)
		}
		if r, _ := w.bring(admin, bulk.Accounts, text, nil); r.Updated != 0 || r.Found != 4 {
			t.Errorf("without the option: %+v", r)
		}
		w.Join(admin, "second@example.jp", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		w.Share(admin, builtin.Accounts, access.SharingRead)
		adders := w.Clone(admin, "Adders", map[string]access.Rights{builtin.Accounts: {View: true, Create: true}})
		w.permit(admin, adders)
		adder := w.Join(admin, "adder@example.jp", adders, w.Role(admin, "CEO"))
		r, left = w.bring(adder, bulk.Accounts, "会社名,電話\n株式会社ソラ,666\n", map[string]bool{bulk.UpdateExisting: true})
		if r.Rejected != 1 || reasons(left)[2] != ":access.fault.no_edit " {
			t.Errorf("without the right to edit: %+v %v", r, reasons(left))
		}
	})
}
