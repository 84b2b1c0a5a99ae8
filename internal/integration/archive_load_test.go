package integration_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

// said counts what is written on both tasks.
func (x *tied) said() (notes, comments int) {
	x.t.Helper()
	n, err := x.notes.List(x.t.Context(), x.admin, access.TabTasks, x.task, page.Request{})
	x.ok(err)
	c, err := x.work.Comments(x.t.Context(), x.owner, x.project.ID, work.KindTask, x.item, page.Request{})
	x.ok(err)
	return len(n.Items), len(c.Items)
}

func (x *tied) leave() int64 {
	x.t.Helper()
	_, err := x.s.Disable(x.t.Context(), x.admin, x.overview(x.admin).Version)
	x.ok(err)
	x.drain()
	list, err := x.s.Archives(x.t.Context(), x.admin)
	x.ok(err)
	if len(list) == 0 || list[0].Tasks != 1 {
		x.t.Fatalf("%+v", list)
	}
	return list[0].Epoch
}

// Tasks that were the same on both sides are so again: what changed meanwhile goes over,
// and what was said is not said twice.
func TestTasksComeBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		x := tie(t, w)
		_, err := w.notes.Create(ctx, x.admin, access.TabTasks, x.task, "", "called them")
		w.ok(err)
		w.drain()
		gone := w.records.make(x.admin, access.TabTasks, map[string]any{"Subject": "Gone", "Deal_Name": x.deal})
		w.ok(w.s.AddToProject(ctx, x.admin, gone, x.project.ID))
		v, err := w.s.TaskOf(ctx, x.admin, gone)
		w.ok(err)
		lost, err := w.s.Losses(ctx, x.admin)
		if err != nil || lost.Tasks != 2 {
			t.Errorf("%+v, %v", lost, err)
		}
		portal := x.overview(x.admin).Portal.ID
		_, err = w.s.Disable(ctx, x.admin, w.overview(x.admin).Version)
		w.ok(err)
		w.drain()
		w.ok(w.work.DeleteTask(ctx, x.owner, x.project.ID, v.Tie.Item))
		x.changeCRM(map[string]any{"Due_Date": "2026-12-05"})
		x.changeThere(func(in *work.TaskInput) { in.Priority = "low" })
		w.drain()
		if x.there().DueDate != "2026-12-01" {
			t.Fatal("a disabled integration brought a task together")
		}
		w.bind(x.admin, portal)
		list, err := w.s.Archives(ctx, x.admin)
		w.ok(err)
		w.ok(w.s.RestoreArchive(ctx, x.admin, list[0].Epoch))
		w.drain()
		if v := x.view(); v.Tie.State != integration.TaskSynced || v.Tie.Item != x.item {
			t.Errorf("%+v", v.Tie)
		}
		if got := x.there().DueDate; got != "2026-12-05" {
			t.Errorf("due there %s", got)
		}
		if got := x.crm().Values.Text("Priority"); got != "Low" {
			t.Errorf("priority here %s", got)
		}
		if n, c := x.said(); n != 1 || c != 1 {
			t.Errorf("%d notes, %d comments", n, c)
		}
		_, rest, err := w.s.Restoration(ctx, x.admin, page.Request{})
		if err != nil || len(rest.Items) != 1 || rest.Items[0].Kind != "task" || rest.Items[0].Reason != integration.RestoreTargetGone || rest.Items[0].Record.Name != "Gone" {
			t.Errorf("%+v, %v", rest.Items, err)
		}
		// It is alive again in both directions, and a second time brings nothing.
		x.changeThere(func(in *work.TaskInput) { in.Title = "Call back" })
		w.ok(w.s.RestoreArchive(ctx, x.admin, list[0].Epoch))
		w.drain()
		w.tick(x.admin)
		if got := x.crm().Name; got != "Call back" {
			t.Errorf("title here %q", got)
		}
		if n, c := x.said(); n != 1 || c != 1 {
			t.Errorf("after a second time: %d notes, %d comments", n, c)
		}
	})
}

// A file that was taken home is loaded again, also when nothing is kept here any more.
func TestArchiveFileComesBack(t *testing.T) {
	for _, format := range []string{"json", "csv"} {
		t.Run(format, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				ctx := t.Context()
				x := tie(t, w)
				_, err := w.notes.Create(ctx, x.admin, access.TabTasks, x.task, "", "called them")
				w.ok(err)
				w.drain()
				portal := x.overview(x.admin).Portal.ID
				before := whys(w.related(x.admin, access.TabDeals, x.deal))
				epoch := x.leave()
				var b bytes.Buffer
				w.ok(w.s.WriteArchive(ctx, x.admin, epoch, format, &b))
				w.ok(w.s.DeleteArchive(ctx, x.admin, epoch))
				w.bind(x.admin, portal)
				w.clock.Advance(10 * time.Minute)
				w.tick(x.admin)
				n, err := w.s.LoadArchive(ctx, x.admin, b.Bytes())
				if err != nil || n < 3 {
					t.Fatalf("%d, %v", n, err)
				}
				list, err := w.s.Archives(ctx, x.admin)
				w.ok(err)
				if len(list) != 1 || !list[0].Restoreable || list[0].Portal.Name != "Mine" || list[0].Tasks != 1 || list[0].Projects != 1 {
					t.Fatalf("%+v", list)
				}
				if got := whys(w.related(x.admin, access.TabDeals, x.deal)); len(got) != 0 {
					t.Errorf("loading tied something: %v", got)
				}
				w.clock.Advance(10 * time.Minute)
				w.tick(x.admin)
				w.ok(w.s.RestoreArchive(ctx, x.admin, list[0].Epoch))
				w.drain()
				if diff := cmp.Diff(before, whys(w.related(x.admin, access.TabDeals, x.deal))); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				if v := x.view(); v.Tie.Item != x.item || v.Tie.State != integration.TaskSynced {
					t.Errorf("%+v", v.Tie)
				}
				if n, c := x.said(); n != 1 || c != 1 {
					t.Errorf("%d notes, %d comments", n, c)
				}

				// In another organisation it ties nothing: nothing it names is theirs.
				other := w.crm.Organisation("Elsewhere")
				p, _ := w.portalOf(other, "Theirs")
				w.bind(other, p.ID)
				_, err = w.s.LoadArchive(ctx, other, b.Bytes())
				w.ok(err)
				theirs, err := w.s.Archives(ctx, other)
				if err != nil || len(theirs) != 1 || theirs[0].Restoreable {
					t.Fatalf("%+v, %v", theirs, err)
				}
				w.refuses("another portal's", w.s.RestoreArchive(ctx, other, theirs[0].Epoch), fault.KindConflict, "other_portal")
				forged := strings.ReplaceAll(b.String(), `"`+portal.String()+`"`, `"`+p.ID.String()+`"`)
				forged = strings.ReplaceAll(forged, ","+portal.String()+",", ","+p.ID.String()+",")
				w.clock.Advance(time.Minute)
				_, err = w.s.LoadArchive(ctx, other, []byte(forged))
				w.ok(err)
				theirs, err = w.s.Archives(ctx, other)
				w.ok(err)
				w.ok(w.s.RestoreArchive(ctx, other, theirs[0].Epoch))
				w.drain()
				run, rest, err := w.s.Restoration(ctx, other, page.Request{})
				if err != nil || run.State != integration.RunDone || run.Failed != run.Done || run.Done != int64(n) || len(rest.Items) != n {
					t.Errorf("%+v, %v, %v", run, len(rest.Items), err)
				}
				for _, r := range rest.Items {
					if r.Record.Name != "" || r.Reason != integration.RestoreRecordGone {
						t.Errorf("a stranger reads %+v", r)
					}
				}
			})
		})
	}
}

// What is no such file is refused as a whole, and says where.
func TestHostileArchiveFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		good := `{"kind":"client","module":"Accounts","record_id":"5","target_id":"6","target":"x"}`
		file := func(ties string) string { return `{"portal":"P","portal_id":"7","ties":[` + ties + `]}` }
		head := "kind,module,record_id,record,target_id,target,client_id,project_id,at,portal_id,portal\n"
		for name, text := range map[string]string{
			"nothing": "", "no file": "hello", "a picture": "\x89PNG\r\n\x1a\n\x00", "half a file": `{"portal":"P","ties":[`,
			"more behind": file(good) + "{}", "no ties": file(""), "no portal": `{"ties":[` + good + `]}`, "a list": "[]",
			"deep":              `{"ties":` + strings.Repeat("[", 20_000),
			"an unknown kind":   file(strings.Replace(good, `"client"`, `"owner"`, 1)),
			"a wrong module":    file(strings.Replace(good, "Accounts", "integration_links", 1)),
			"a negative number": file(strings.Replace(good, `"5"`, `"-5"`, 1)),
			"a huge number":     file(strings.Replace(good, `"5"`, `"99999999999999999999"`, 1)),
			"a statement":       file(strings.Replace(good, `"5"`, `"5; DROP TABLE crm_records"`, 1)),
			"an object":         file(strings.Replace(good, `"5"`, `{"a":1}`, 1)),
			"a contact without": file(`{"kind":"contact","module":"Contacts","record_id":"5","target_id":"6"}`),
			"a task without":    file(`{"kind":"task","module":"Tasks","record_id":"5","target_id":"6"}`),
			"too many":          file(strings.TrimSuffix(strings.Repeat(good+",", 20_001), ",")),
			"missing columns":   "kind,module\nclient,Accounts\n",
			"a bad row":         head + "client,Accounts,5,,x,,,,,7,P\n",
			"two portals":       head + "client,Accounts,5,,6,,,,,7,P\nclient,Accounts,8,,9,,,,,8,P\n",
		} {
			if n, err := w.s.LoadArchive(ctx, admin, []byte(text)); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %d, %v", name, n, err)
			}
		}
		if _, err := w.s.LoadArchive(ctx, admin, make([]byte, integration.MaxArchiveBytes+1)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("too big: %v", err)
		}
		if list, err := w.s.Archives(ctx, admin); err != nil || len(list) != 0 {
			t.Errorf("left behind: %+v, %v", list, err)
		}
		// What can be read is cleaned of what no name holds, and said once.
		odd := strings.Replace(good, `"target":"x"`, `"target":"\u0000\u202ea<b>`+strings.Repeat("x", 500)+`","by":"1","at":"never"`, 1)
		if n, err := w.s.LoadArchive(ctx, admin, []byte("\ufeff"+file(odd+","+odd))); err != nil || n != 2 {
			t.Errorf("%d, %v", n, err)
		}
		list, err := w.s.Archives(ctx, admin)
		if err != nil || len(list) != 1 || list[0].Portal.Name != "P" {
			t.Fatalf("%+v, %v", list, err)
		}
		var b bytes.Buffer
		w.ok(w.s.WriteArchive(ctx, admin, list[0].Epoch, "json", &b))
		if text := b.String(); strings.Count(text, `"kind"`) != 1 || strings.Contains(text, "202e") || strings.Contains(text, `"by":"1"`) {
			t.Errorf("kept %s", text)
		}
	})
}

// A file that claims ties reaches nothing in the portal that whoever brings it back does
// not reach.
func TestArchiveFileOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		// The administrator of another organisation that uses the same portal, in which they are a mere member.
		guest := w.crm.Organisation("Guest")
		w.start(guest)
		w.ok(w.s.AskApproval(ctx, guest, x.admin.Email()))
		w.ok(w.s.Approve(ctx, w.projects.Person(t, x.admin.Email(), ""), w.link(guest, x.admin.Email()), x.owner.Portal()))
		_, err := w.s.SaveSetup(ctx, guest, w.setup(guest, x.owner.Portal()))
		w.ok(err)
		w.drain()
		hidden := w.project(x.owner, "Hidden", 0)
		task, err := w.work.CreateTask(ctx, x.owner, hidden.ID, "", work.TaskInput{Title: "Hidden task", Description: "hidden words"})
		w.ok(err)
		if _, err := w.s.Project(ctx, guest, hidden.ID); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("the guest sees it anyway: %v", err)
		}
		account := w.records.account(guest, "Yama")
		bait := w.records.make(guest, access.TabTasks, map[string]any{"Subject": "Bait", "Account_Name": account})
		file := fmt.Sprintf(`{"portal":"Mine","portal_id":"%d","ties":[
			{"kind":"task","module":"Tasks","record_id":"%d","target_id":"%d","project_id":"%d"},
			{"kind":"task","module":"Tasks","record_id":"1","target_id":"%d","project_id":"%d"},
			{"kind":"project","module":"Accounts","record_id":"1","target_id":"%d"}]}`,
			x.owner.Portal(), bait, task.ID, hidden.ID, task.ID, hidden.ID, hidden.ID)
		_, err = w.s.LoadArchive(ctx, guest, []byte(file))
		w.ok(err)
		list, err := w.s.Archives(ctx, guest)
		w.ok(err)
		w.ok(w.s.RestoreArchive(ctx, guest, list[0].Epoch))
		w.drain()
		w.tick(guest)
		rec, _, err := w.records.s.Get(ctx, guest, access.TabTasks, bait)
		w.ok(err)
		if rec.Name != "Bait" || rec.Values.Text("Description") != "" {
			t.Errorf("the bait took %+v", rec.Values)
		}
		if now, err := w.work.Task(ctx, x.owner, hidden.ID, task.ID); err != nil || now.Title != "Hidden task" || now.Version != task.Version {
			t.Errorf("the hidden task became %+v, %v", now, err)
		}
		_, rest, err := w.s.Restoration(ctx, guest, page.Request{})
		w.ok(err)
		if len(rest.Items) != 2 || slices.ContainsFunc(rest.Items, func(n integration.NotRestored) bool { return strings.Contains(n.Target, "Hidden") }) {
			t.Errorf("what was not brought back names what is hidden: %+v", rest.Items)
		}
	})
}
