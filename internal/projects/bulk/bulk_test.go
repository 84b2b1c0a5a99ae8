package bulk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/importer"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/projects/bulk"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestClientsAndTheirUsersComeIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		in := importer.New(db, w.Queue)
		in.Register(bulk.Kinds(w.Portals)...)
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		staff := w.Join(t, owner, "staff@example.com", portal.RoleEmployee)
		guest := w.ClientUser(t, owner, w.Company(t, owner, "株式会社 青空").ID, "guest@example.net")
		bring := func(kind, text string) (importer.Run, map[int]string) {
			t.Helper()
			r, err := in.Upload(t.Context(), owner.Portal(), owner.ID(), kind, "f.csv", []byte(text))
			if err == nil {
				_, err = in.Start(t.Context(), owner.Portal(), owner.ID(), kind, r.ID, r.Mapping, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			jobstest.Drain(t, w.Queue)
			r, err = in.Run(t.Context(), owner.Portal(), owner.ID(), kind, r.ID)
			if err != nil || r.State != importer.Done {
				t.Fatalf("%+v %v", r, err)
			}
			list, err := in.Rejects(t.Context(), r, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			left := map[int]string{}
			for _, l := range list.Items {
				left[l.Line] = l.Reasons[0].Name + ":" + l.Reasons[0].Key
			}
			return r, left
		}
		r, left := bring(bulk.Clients, "会社名,電話番号,メール\n=ソラ,03-1,info@example.org\n株式会社 青空,,\n,03,\nBad,,nonsense\n")
		if diff := cmp.Diff(map[int]string{4: "client:bulk.problem.invalid_name", 5: ":bulk.problem.invalid_company"}, left); diff != "" || r.Created != 1 || r.Found != 1 {
			t.Error(r, diff)
		}
		r, left = bring(bulk.ClientUsers, "メール,氏名,会社名\na@example.net,森 亜紀,=ソラ\nb@example.net,,新顧客\nGUEST@example.net,,株式会社 青空\n"+
			"guest@example.net,,=ソラ\nstaff@example.com,,ひとり\nbroken,,ひとり\n,名前だけ,ひとり\n")
		want := map[int]string{5: "user_email:bulk.problem.other_company", 6: "user_email:bulk.problem.already_member",
			7: "user_email:bulk.problem.invalid_email", 8: "user_email:bulk.problem.invalid_email"}
		if diff := cmp.Diff(want, left); diff != "" || r.Created != 2 || r.Found != 1 {
			t.Error(r, diff)
		}
		list, err := w.Portals.Companies(t.Context(), owner, "", page.Request{})
		var names []string
		for _, c := range list.Items {
			names = append(names, c.Name)
		}
		if diff := cmp.Diff([]string{"=ソラ", "新顧客", "株式会社 青空"}, names); diff != "" || err != nil {
			t.Error("rejected rows made clients:", diff, err)
		}
		if n := w.Mails(t, owner.Portal()); n != 2 { // the two who were invited by hand
			t.Errorf("%d letters", n)
		}
		for name, who := range map[string]portal.Member{"an employee": staff, "nobody": {}} {
			if _, err := in.Kind(t.Context(), owner.Portal(), who.ID(), bulk.Clients); !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := in.Kind(t.Context(), owner.Portal(), guest.ID, bulk.Clients); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a client user: %v", err)
		}
	})
}
