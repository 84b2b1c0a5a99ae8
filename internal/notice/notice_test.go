package notice_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity/identitytest"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestMentioned(t *testing.T) {
	names := []string{"佐藤", "佐藤 健", "Emily Carter", "Emily", ""}
	for text, want := range map[string][]string{
		"@佐藤 健 さん、確認を":              {"佐藤 健"},
		"＠佐藤さんと＠emily carterへ":      {"佐藤", "Emily Carter"},
		"mail to emily@example.com": nil,
		"佐藤さん":                      nil,
		"@Emily と @Emily Carter":    {"Emily Carter", "Emily"},
	} {
		got := notice.Mentioned(text, names)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q calls %q, want %q", text, got, want)
		}
	}
}

func TestNotices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		letters := mail.New(db, jobs.New(db, slog.New(slog.DiscardHandler)), mail.Options{BaseURL: "http://127.0.0.1"})
		people := identitytest.New(t, db)
		s := notice.NewService(db, people, letters)
		badgetest.Run(t, s, "Post") // other rooms call it in their transactions
		one, two := identitytest.Person(t, db, people, "one@example.com", "One", ""), identitytest.Person(t, db, people, "two@example.com", "Two", "")
		post := func(list ...notice.New) {
			t.Helper()
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.Post(ctx, tx, list) }); err != nil {
				t.Fatal(err)
			}
		}
		tell := func(kind, unique string) notice.New {
			return notice.New{Person: one.ID(), Kind: kind, Key: "notice.text." + kind, Args: fault.Args{"By": "Two", "Item": "T", "Where": "P"}, Path: "/x", Unique: unique, Tenant: mail.Tenant{Org: 7}}
		}
		post(tell(notice.KindComment, "a"), tell(notice.KindMention, "b"), tell(notice.KindMention, "b"), notice.New{Kind: notice.KindMention, Unique: "nobody"})
		post(tell(notice.KindMention, "b"))
		unread := func(want int) {
			t.Helper()
			if n, err := s.Unread(ctx, one); err != nil || n != want {
				t.Errorf("%d unread, %v, want %d", n, err, want)
			}
		}
		mailed := func(want int) {
			t.Helper()
			if list, err := letters.List(ctx, mail.Tenant{Org: 7}, page.Request{}); err != nil || len(list.Items) != want {
				t.Errorf("%d letters, %v, want %d", len(list.Items), err, want)
			}
		}
		unread(2)
		mailed(1) // a mention is worth a mail, a comment is not
		list, err := s.List(ctx, one, page.Request{Size: 1})
		if err != nil || len(list.Items) != 1 || list.Next == "" || list.Items[0].Kind != notice.KindMention || list.Items[0].Read {
			t.Errorf("list %+v, %v", list, err)
		}
		if _, err := s.Open(ctx, two, list.Items[0].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another's notice: %v", err)
		}
		if n, err := s.Open(ctx, one, list.Items[0].ID); err != nil || n.Path != "/x" {
			t.Errorf("%+v, %v", n, err)
		}
		unread(1)
		if err := s.ReadAll(ctx, one); err != nil {
			t.Error(err)
		}
		unread(0)
		if err := s.SetPreferences(ctx, one, []notice.Preference{{Kind: notice.KindMention}, {Kind: notice.KindComment, Bell: true, Mail: true}}); err != nil {
			t.Fatal(err)
		}
		post(tell(notice.KindMention, "c"), tell(notice.KindComment, "d"))
		unread(1)
		mailed(2)
		if err := s.SetPreferences(ctx, one, []notice.Preference{{Kind: "weather"}}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a kind there is not: %v", err)
		}
		var many []notice.New
		for i := range 520 {
			many = append(many, tell(notice.KindComment, "many"+id.ID(i+1).String()))
		}
		post(many...)
		unread(100)
		seen := 0
		for r := (page.Request{Size: 200}); ; {
			list, err := s.List(ctx, one, r)
			if err != nil {
				t.Fatal(err)
			}
			if seen += len(list.Items); list.Next == "" {
				break
			}
			r.Cursor = list.Next
		}
		if seen != 500 {
			t.Errorf("%d notices are kept", seen)
		}
	})
}
