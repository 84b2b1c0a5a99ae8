package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// house is a kind whose rows go into a list that only commits keep.
type house struct {
	mu      sync.Mutex
	shut    bool  // the right was taken away
	trouble error // of the next chunk, once
	seen    []string
}

func (h *house) open(_ context.Context, tenant, user id.ID) (importer.Bringer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.shut || tenant != 7 || user > 2 {
		return nil, fault.Forbidden("crm.fault.no_edit")
	}
	return h, nil
}

func (h *house) Bring(_ context.Context, tx *store.Tx, rows []importer.Row, options map[string]bool) ([]importer.Outcome, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.trouble; err != nil {
		h.trouble = nil
		return nil, err
	}
	out := make([]importer.Outcome, len(rows))
	var names []string
	for i, r := range rows {
		switch name := r.Values["Account_Name"]; {
		case name == "":
			out[i] = importer.Reject("Account_Name", "crm.field.required")
		case strings.HasPrefix(name, "old"):
			out[i].Act = importer.Found
		default:
			out[i].Act = importer.Created
			names = append(names, fmt.Sprintf("%d:%s/%s/%v", r.Line, name, r.Values["Phone"], options["loud"]))
		}
	}
	tx.AfterCommit(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.seen = append(h.seen, names...)
	})
	return out, nil
}

func world(t *testing.T, db *store.DB) (*importer.Service, *jobs.Queue, *house) {
	t.Helper()
	q := jobs.New(db, nil)
	h := &house{}
	s := importer.New(db, q)
	s.Register(importer.Kind{Name: "things", Title: "crm.module.accounts", Open: h.open, Options: []importer.Option{{Name: "loud"}}, Columns: []importer.Column{
		{Field: "Account_Name", Label: "crm.label.Accounts.Account_Name", Aliases: []string{"bulk.alias.Account_Name"}, Required: true, Example: "bulk.example.Account_Name"},
		{Field: "Account_Name_Kana", Label: "crm.label.Accounts.Account_Name_Kana"},
		{Field: "Phone", Label: "crm.label.Accounts.Phone", Aliases: []string{"bulk.alias.Phone"}, Example: "bulk.example.Phone"},
	}})
	return s, q, h
}

func upload(t *testing.T, s *importer.Service, text string) importer.Run {
	t.Helper()
	r, err := s.Upload(t.Context(), 7, 1, "things", `C:\Users\me\顧客.csv`, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHeadingsFindTheirFields(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := world(t, db)
		for header, want := range map[string][]string{
			"取引先名,取引先名(フリガナ),電話番号":              {"Account_Name", "Account_Name_Kana", "Phone"},
			"会社名,TEL,備考":                        {"Account_Name", "Phone", ""},
			"Account Name,PHONE":                {"Account_Name", "Phone"},
			"account_name,phone_number":         {"Account_Name", "Phone"},
			"会社名(必須),電話番号【代表】":                  {"Account_Name", "Phone"},
			"会社名,取引先名":                          {"Account_Name", ""},
			"\"=cmd|' /C calc'!A0\",<b>会社名</b>": {"", ""},
		} {
			if diff := cmp.Diff(want, upload(t, s, header+"\nx,y\n").Mapping); diff != "" {
				t.Errorf("%s: %s", header, diff)
			}
		}
	})
}

func TestARunBringsEveryRowInOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, q, h := world(t, db)
		var text strings.Builder
		text.WriteString("会社名,電話,memo\n")
		for i := range 250 {
			switch i % 10 {
			case 3:
				fmt.Fprintf(&text, ",%d,=HYPERLINK(1)\n", i)
			case 4:
				fmt.Fprintf(&text, "old %d\n", i)
			default:
				fmt.Fprintf(&text, "会社 %d,%d\n", i, i)
			}
		}
		r := upload(t, s, text.String())
		if r.FileName != "顧客.csv" || r.Total != 250 || r.State != importer.Draft || r.Encoding != csvfile.UTF8 {
			t.Fatalf("%+v", r)
		}
		for range 2 { // a double click
			if _, err := s.Start(t.Context(), 7, 1, "things", r.ID, r.Mapping, map[string]bool{"loud": true}); err != nil {
				t.Fatal(err)
			}
		}
		h.trouble = errors.New("the database went away")
		var failed int
		for range 5 {
			list, err := q.RunDue(t.Context(), 1<<40)
			if err != nil {
				t.Fatal(err)
			}
			failed += len(list)
		}
		now, err := s.Run(t.Context(), 7, 1, "things", r.ID)
		if err != nil || now.State != importer.Done || now.Created != 200 || now.Found != 25 || now.Rejected != 25 || failed != 1 || now.FinishedAt.IsZero() {
			t.Fatalf("%+v, %d failed, %v", now, failed, err)
		}
		if len(h.seen) != 200 || h.seen[0] != "2:会社 0/0/true" || h.seen[199] != "251:会社 249/249/true" {
			t.Errorf("%d rows came in: %v", len(h.seen), h.seen)
		}
		first, err := s.Rejects(t.Context(), now, page.Request{Size: 20})
		if err != nil || len(first.Items) != 20 || first.Items[0].Line != 5 || first.Next == "" {
			t.Fatalf("%+v %v", first, err)
		}
		rest, err := s.Rejects(t.Context(), now, page.Request{Size: 20, Cursor: first.Next})
		if err != nil || len(rest.Items) != 5 || rest.Next != "" {
			t.Fatalf("%+v %v", rest, err)
		}
		var file bytes.Buffer
		if err := s.WriteRejects(locale.With(t.Context(), locale.For("ja", "")), now, &file); err != nil {
			t.Fatal(err)
		}
		back, err := csvfile.Read(file.Bytes())
		if err != nil || len(back.Rows) != 25 || !cmp.Equal(back.Header[2:], []string{"会社名", "電話", "memo"}) {
			t.Fatalf("%+v %v", back, err)
		}
		if cells := back.Rows[0].Cells; cells[0] != "5" || !strings.Contains(cells[1], "取引先名") || cells[4] != "=HYPERLINK(1)" || !strings.Contains(file.String(), "'=HYPERLINK") {
			t.Errorf("%q", cells)
		}
		again := upload(t, s, file.String())
		if again.Mapping[2] != "Account_Name" || again.Mapping[0] != "" || again.Mapping[1] != "" {
			t.Errorf("the rejects come in again as %v", again.Mapping)
		}
	})
}

func TestNobodyElseSeesARun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := world(t, db)
		r := upload(t, s, "会社名\nx\n")
		for name, ask := range map[string]func(tenant, user id.ID, kind string) error{
			"run": func(tenant, user id.ID, kind string) error {
				_, err := s.Run(t.Context(), tenant, user, kind, r.ID)
				return err
			},
			"stop": func(tenant, user id.ID, kind string) error { return s.Stop(t.Context(), tenant, user, kind, r.ID) },
			"start": func(tenant, user id.ID, kind string) error {
				_, err := s.Start(t.Context(), tenant, user, kind, r.ID, r.Mapping, nil)
				return err
			},
		} {
			if err := ask(7, 2, "things"); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s by a colleague: %v", name, err)
			}
			if err := ask(8, 1, "things"); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s by a neighbour: %v", name, err)
			}
			if err := ask(7, 1, "others"); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s as another kind: %v", name, err)
			}
		}
		if list, err := s.Runs(t.Context(), 7, 2, "things"); err != nil || len(list) != 0 {
			t.Errorf("a colleague's list: %v %v", list, err)
		}
	})
}

func TestAMappingMustMakeSense(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := world(t, db)
		r := upload(t, s, "a,b\nx,y\n")
		for name, c := range map[string]struct {
			mapping []string
			key     string
		}{
			"nothing chosen": {nil, "importer.fault.field_missing"},
			"not the name":   {[]string{"Phone", ""}, "importer.fault.field_missing"},
			"twice":          {[]string{"Account_Name", "Account_Name"}, "importer.fault.field_twice"},
			"no such field":  {[]string{"Account_Name", "org_id"}, "importer.fault.unknown_field"},
		} {
			_, err := s.Start(t.Context(), 7, 1, "things", r.ID, c.mapping, nil)
			if f := fault.As(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := s.Upload(t.Context(), 7, 1, "things", "x.csv", []byte("会社名\n"))
		if f := fault.As(err); f == nil || f.Fields[0].Name != "file" {
			t.Errorf("headings alone: %v", err)
		}
	})
}

func TestARunEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, q, h := world(t, db)
		text := "会社名\n" + strings.Repeat("x\n", 300)
		begin := func() importer.Run {
			r := upload(t, s, text)
			if _, err := s.Start(t.Context(), 7, 1, "things", r.ID, r.Mapping, nil); err != nil {
				t.Fatal(err)
			}
			return r
		}
		stopped := begin()
		if err := s.Stop(t.Context(), 7, 1, "things", stopped.ID); err != nil {
			t.Fatal(err)
		}
		jobstest.Drain(t, q)
		if now, err := s.Run(t.Context(), 7, 1, "things", stopped.ID); err != nil || now.State != importer.Stopped || len(h.seen) != 0 {
			t.Errorf("stopped: %+v %v, %d came in", now, err, len(h.seen))
		}
		lost := begin()
		h.shut = true
		jobstest.Drain(t, q)
		h.shut = false
		if now, err := s.Run(t.Context(), 7, 1, "things", lost.ID); err != nil || now.State != importer.Failed || now.Problem == "" || len(h.seen) != 0 {
			t.Errorf("without the right: %+v %v, %d came in", now, err, len(h.seen))
		}
	})
}

func TestTemplateComesInAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := world(t, db)
		k, err := s.Kind(t.Context(), 7, 1, "things")
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"en", "ja"} {
			var file bytes.Buffer
			if err := k.WriteTemplate(locale.With(t.Context(), locale.For(lang, "")), &file); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"Account_Name", "Phone"}, upload(t, s, file.String()).Mapping); diff != "" {
				t.Error(lang, diff)
			}
		}
	})
}
