package work_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func (w *world) document(t *testing.T, as portal.Member, project id.ID, name string, external bool) work.Document {
	t.Helper()
	d, err := w.work.AddDocument(t.Context(), as, project, "", work.DocumentInput{Name: name, External: external}, strings.NewReader("content of "+name))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// documentActs are the acts of the permission table on a document of an author.
func (w *world) documentActs(project id.ID, external bool) map[portal.Action]func(t *testing.T, as, author portal.Member) error {
	made := func(t *testing.T, author portal.Member) work.Document {
		return w.document(t, author, project, "table.txt", external)
	}
	return map[portal.Action]func(t *testing.T, as, author portal.Member) error{
		portal.ActViewDocument: func(t *testing.T, as, author portal.Member) error {
			_, r, err := w.work.OpenDocument(t.Context(), as, project, made(t, author).ID)
			if err == nil {
				err = r.Close()
			}
			return err
		},
		portal.ActAddDocument: func(t *testing.T, as, _ portal.Member) error {
			_, err := w.work.AddDocument(t.Context(), as, project, "", work.DocumentInput{Name: "x", External: external}, strings.NewReader("x"))
			return err
		},
		portal.ActEditDocument: func(t *testing.T, as, author portal.Member) error {
			in := made(t, author).DocumentInput
			in.Name = "renamed.txt"
			_, err := w.work.SaveDocument(t.Context(), as, project, in)
			return err
		},
		portal.ActDeleteDocument: func(t *testing.T, as, author portal.Member) error {
			return w.work.DeleteDocument(t.Context(), as, project, made(t, author).ID)
		},
	}
}

func TestTheCustomerSeesExternalDocumentsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p, other := w.project(t, "Documents"), w.project(t, "Other")
		inside, outside := w.document(t, w.owner(), p.ID, "原価.xlsx", false), w.document(t, w.owner(), p.ID, "提案書.pdf", true)
		list, err := w.work.Documents(ctx, w.client(), p.ID, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != outside.ID || list.MayAdd || list.Items[0].Rights != (work.ItemRights{}) {
			t.Errorf("the client sees %+v, %v", list, err)
		}
		looks, err := w.Portals.ViewAs(ctx, w.owner(), w.client().ID())
		if err != nil {
			t.Fatal(err)
		}
		for name, as := range map[string]portal.Member{"client": w.client(), "looking as one": looks} {
			if _, _, err := w.work.OpenDocument(ctx, as, p.ID, inside.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s opens an internal one: %v", name, err)
			}
			if _, err := w.work.DocumentPart(ctx, as, p.ID, inside.ID, 0, 10); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s reads an internal one: %v", name, err)
			}
			if _, r, err := w.work.OpenDocument(ctx, as, p.ID, outside.ID); err != nil {
				t.Errorf("%s does not open an external one: %v", name, err)
			} else if got, err := io.ReadAll(r); err != nil || string(got) != "content of 提案書.pdf" {
				t.Errorf("%s reads %q, %v", name, got, err)
			}
			if _, err := w.work.AddDocument(ctx, as, p.ID, "", work.DocumentInput{Name: "x", External: true}, strings.NewReader("x")); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s adds: %v", name, err)
			}
		}
		// Shown to the customer, then not any more.
		in := inside.DocumentInput
		in.External, in.Name = true, "../概算.xlsx"
		shown, err := w.work.SaveDocument(ctx, w.owner(), p.ID, in)
		if err != nil || shown.Name != "概算.xlsx" || shown.Version != 2 {
			t.Fatalf("%+v, %v", shown, err)
		}
		if _, err := w.work.Document(ctx, w.client(), p.ID, inside.ID); err != nil {
			t.Errorf("shown: %v", err)
		}
		_, err = w.work.SaveDocument(ctx, w.owner(), p.ID, in)
		wantKind(t, "an old version", err, fault.KindStale, "")
		in = shown.DocumentInput
		in.Name = "\x00/"
		_, err = w.work.SaveDocument(ctx, w.owner(), p.ID, in)
		wantKind(t, "no name", err, fault.KindInvalid, "")
		// By another project's or portal's address it is not there.
		strange := w.Portal(t, "stranger@example.com", "別の会社")
		stranger := w.Enter(t, w.Person(t, "stranger@example.com", ""), strange.ID)
		theirs := w.empty(t, stranger, "Theirs")
		for name, try := range map[string]struct {
			as      portal.Member
			project id.ID
		}{"another project": {w.owner(), other.ID}, "another portal": {stranger, theirs.ID}, "a stranger": {stranger, p.ID}} {
			if _, _, err := w.work.OpenDocument(ctx, try.as, try.project, outside.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if err := w.work.DeleteDocument(ctx, try.as, try.project, outside.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s deletes: %v", name, err)
			}
		}
	})
}

func TestADocumentIsAddedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Once")
		data := bytes.Repeat([]byte("設計"), 100_000)
		add := func(name string, r io.Reader) (work.Document, error) {
			return w.work.AddDocument(ctx, w.employee(), p.ID, "once", work.DocumentInput{Name: name}, r)
		}
		if _, err := add("設計.txt", io.MultiReader(bytes.NewReader(data), iotest.ErrReader(errors.New("reset")))); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("broken off: %v", err)
		}
		ids := make(chan id.ID, 4)
		var group sync.WaitGroup
		for range cap(ids) {
			group.Go(func() {
				d, err := add("設計.txt", bytes.NewReader(data))
				if err != nil {
					t.Error(err)
				}
				ids <- d.ID
			})
		}
		group.Wait()
		close(ids)
		first := <-ids
		for n := range ids {
			if n != first {
				t.Error("one act made two documents")
			}
		}
		// What was added already is not read again.
		again, err := add("設計.txt", iotest.ErrReader(errors.New("was read")))
		if err != nil || again.ID != first {
			t.Errorf("again: %+v, %v", again, err)
		}
		if list, err := w.work.Documents(ctx, w.owner(), p.ID, page.Request{}); err != nil || len(list.Items) != 1 || list.Items[0].Size != int64(len(data)) || list.Items[0].By.ID != w.employee().ID() {
			t.Errorf("%+v, %v", list, err)
		}
		var got []byte
		for {
			part, err := w.work.DocumentPart(ctx, w.owner(), p.ID, first, int64(len(got)), 65_537)
			if err != nil {
				t.Fatal(err)
			}
			if len(part) == 0 {
				break
			}
			got = append(got, part...)
		}
		if !bytes.Equal(got, data) {
			t.Errorf("%d bytes in parts", len(got))
		}
		for name, in := range map[string]struct {
			name    string
			content io.Reader
		}{"no name": {"..", strings.NewReader("x")}, "too big": {"x", io.LimitReader(zeros{}, files.DefaultLimit+1)}} {
			_, err := w.work.AddDocument(ctx, w.owner(), p.ID, "", work.DocumentInput{Name: in.name}, in.content)
			wantKind(t, name, err, fault.KindInvalid, "")
		}
		for range 4 {
			w.document(t, w.owner(), p.ID, "more.txt", false)
		}
		n, at := 0, ""
		for {
			l, err := w.work.Documents(ctx, w.owner(), p.ID, page.Request{Size: 2, Cursor: at})
			if err != nil {
				t.Fatal(err)
			}
			if n += len(l.Items); l.Next == "" {
				break
			}
			at = l.Next
		}
		if n != 5 {
			t.Errorf("%d of 5 documents", n)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Documents go the way of the work: into a template, and from there into projects. They
// share what they hold, and none loses it when another is deleted.
func TestATemplateHasDocuments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p, _ := w.pattern(t)
		kept := w.document(t, w.owner(), p.ID, "手順書.txt", false)
		shown := w.document(t, w.owner(), p.ID, "お客様Aの契約.txt", true)
		pattern, err := w.work.CreateTemplate(ctx, w.owner(), "with documents", work.NewTemplate{Name: "文書つき", From: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		inside, err := w.work.Documents(ctx, w.owner(), pattern.ID, page.Request{})
		if err != nil || len(inside.Items) != 2 || inside.Items[0].External || inside.Items[1].External {
			t.Fatalf("the template holds %+v, %v", inside.Items, err)
		}
		for _, d := range inside.Items {
			in := d.DocumentInput
			if in.External = d.Name == kept.Name; !in.External {
				continue
			}
			if _, err := w.work.SaveDocument(ctx, w.owner(), pattern.ID, in); err != nil {
				t.Fatal(err)
			}
		}
		made, err := w.work.CreateProject(ctx, w.employee(), "k", work.NewProject{Name: "次のお客様", Template: pattern.ID, Company: w.company.ID, Users: []id.ID{w.client().ID()}})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.work.CreateProject(ctx, w.employee(), "k", work.NewProject{Name: "次のお客様", Template: pattern.ID}); err != nil || again.ID != made.ID {
			t.Errorf("again: %v, %v", again.ID, err)
		}
		got, err := w.work.Documents(ctx, w.client(), made.ID, page.Request{})
		if err != nil || len(got.Items) != 1 || got.Items[0].Name != kept.Name {
			t.Fatalf("the next customer sees %+v, %v", got.Items, err)
		}
		for _, d := range []work.Document{kept, shown} {
			if err := w.work.DeleteDocument(ctx, w.owner(), p.ID, d.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.drain(t)
		_, r, err := w.work.OpenDocument(ctx, w.client(), made.ID, got.Items[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(r); err != nil || string(text) != "content of 手順書.txt" {
			t.Errorf("%q, %v", text, err)
		}
		if all, err := w.work.Documents(ctx, w.employee(), made.ID, page.Request{}); err != nil || len(all.Items) != 2 || !all.Items[0].Rights.Delete {
			t.Errorf("the maker sees %+v, %v", all.Items, err)
		}
	})
}

// drain works off what was queued: the sweep of files nobody names.
func (w *world) drain(t *testing.T) {
	t.Helper()
	w.Files.Register()
	for _, err := range jobstest.Drain(t, w.Queue) {
		t.Error(err)
	}
}
