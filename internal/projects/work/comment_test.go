package work_test

import (
	"strings"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/page"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestComments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Talk")
		inner := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Inside"})
		outer := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Outside", List: w.list(t, p.ID, "For the client", true).ID})

		for what, body := range map[string]string{"empty": " \n", "long": strings.Repeat("あ", work.MaxComment+1)} {
			_, err := w.work.AddComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, "", work.NewComment{Body: body})
			wantField(t, what, err, "body")
		}
		said, err := w.work.AddComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, "once", work.NewComment{Body: "見ました", Author: w.owner().ID(), AuthorName: "somebody else"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.work.AddComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, "once", work.NewComment{Body: "見ました"})
		if err != nil || again.ID != said.ID || said.By.ID != w.employee().ID() || said.By.Name != w.employee().Name() {
			t.Errorf("said %+v, again %+v, %v", said, again, err)
		}
		if _, err = w.work.AddComment(ctx, w.client(), p.ID, work.KindTask, inner.ID, "", work.NewComment{Body: "?"}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a client about what is internal: %v", err)
		}
		if _, err := w.work.AddComment(ctx, w.client(), p.ID, work.KindTask, outer.ID, "", work.NewComment{Body: "いつですか"}); err != nil {
			t.Error(err)
		}
		_, err = w.work.UpdateComment(ctx, w.owner(), p.ID, work.KindTask, inner.ID, said.ID, said.Version, "words in one's mouth")
		wantKind(t, "another's words", err, fault.KindForbidden, "no_comment")
		changed, err := w.work.UpdateComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, said.ID, said.Version, "よく見ました")
		if err != nil || !changed.Edited || changed.Body != "よく見ました" {
			t.Errorf("changed %+v, %v", changed, err)
		}
		_, err = w.work.UpdateComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, said.ID, said.Version, "late")
		wantKind(t, "late", err, fault.KindStale, "")
		for range 3 {
			if _, err := w.work.AddComment(ctx, w.owner(), p.ID, work.KindTask, inner.ID, "", work.NewComment{Body: "more"}); err != nil {
				t.Fatal(err)
			}
		}
		first, err := w.work.Comments(ctx, w.employee(), p.ID, work.KindTask, inner.ID, page.Request{Size: 3})
		if err != nil || len(first.Items) != 3 || first.Next == "" || first.Items[0].Rights.Delete {
			t.Errorf("first page %+v, %v", first, err)
		}
		rest, err := w.work.Comments(ctx, w.employee(), p.ID, work.KindTask, inner.ID, page.Request{Size: 3, Cursor: first.Next})
		if err != nil || len(rest.Items) != 1 || rest.Items[0].ID != said.ID || !rest.Items[0].Rights.Edit {
			t.Errorf("rest %+v, %v", rest, err)
		}
		wantKind(t, "an employee deletes the owner's", w.work.DeleteComment(ctx, w.employee(), p.ID, work.KindTask, inner.ID, first.Items[0].ID), fault.KindForbidden, "no_comment")
		if err := w.work.DeleteComment(ctx, w.owner(), p.ID, work.KindTask, inner.ID, said.ID); err != nil {
			t.Error(err)
		}
		// What was said goes with what it was about.
		if err := w.work.DeleteTask(ctx, w.owner(), p.ID, inner.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.work.Comments(ctx, w.owner(), p.ID, work.KindTask, inner.ID, page.Request{})
		wantKind(t, "about nothing", err, fault.KindNotFound, "")

		public, err := w.work.CreateProject(ctx, w.owner(), "", work.NewProject{Name: "Open to all", Public: ptr(true)})
		if err != nil {
			t.Fatal(err)
		}
		seen := w.bug(t, w.owner(), public.ID, work.BugInput{Title: "Seen"})
		_, err = w.work.AddComment(ctx, w.employee(), public.ID, work.KindBug, seen.ID, "", work.NewComment{Body: "looking in"})
		wantKind(t, "a visitor", err, fault.KindForbidden, "no_comment")
	})
}
