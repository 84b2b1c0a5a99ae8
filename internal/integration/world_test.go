package integration_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/note"
	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/notice"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/projects/servicekey"
	"musubi/internal/projects/work"
	"musubi/internal/secret"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// morning is when the tests begin: nine o'clock in Tokyo.
var morning = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

// world is the whole of both houses with the bridge between them, on a real database.
type world struct {
	t        *testing.T
	db       *store.DB
	clock    *storetest.Clock
	crm      *accesstest.World
	projects *projectstest.World
	work     *work.Service
	door     *gatetest.Faulty
	s        *integration.Service
	records  records
	notes    *note.Service
	files    *attachment.Service
	notices  *notice.Service
}

// each runs fn on both engines at once, each in a world of its own.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []store.Dialect{store.SQLite, store.Postgres} {
		t.Run(engine.Name(), func(t *testing.T) {
			t.Parallel()
			clock := storetest.NewClock(morning)
			fn(t, newWorld(t, storetest.New(t, engine, clock.Now), clock))
		})
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refuses expects a fault with a code.
func (w *world) refuses(what string, err error, kind fault.Kind, code string) {
	w.t.Helper()
	if !fault.Is(err, kind) || !fault.HasCode(err, code) {
		w.t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

func (w *world) overview(as access.Actor) integration.Overview {
	w.t.Helper()
	o, err := w.s.Overview(w.t.Context(), as)
	w.ok(err)
	return o
}

func (w *world) start(as access.Actor) integration.Overview {
	w.t.Helper()
	o, err := w.s.GetStarted(w.t.Context(), as, w.overview(as).Version)
	w.ok(err)
	return o
}

// setup gives the form of the set-up as it stands, with View, Create, Edit and Delete
// ticked for every profile.
func (w *world) setup(as access.Actor, portal id.ID) integration.Setup {
	w.t.Helper()
	c, err := w.s.Portals(w.t.Context(), as)
	w.ok(err)
	return integration.Setup{Portal: portal, Version: w.overview(as).Version, ChoiceVersion: c.Version,
		Grid: w.ticks(as, access.AllRights())}
}

// ticks gives the grid's form with the same rights for every profile.
func (w *world) ticks(as access.Actor, r access.Rights) integration.GridForm {
	w.t.Helper()
	g, err := w.s.Grid(w.t.Context(), as)
	w.ok(err)
	form := integration.GridForm{Version: g.Version}
	for _, row := range g.Rows {
		form.Rows = append(form.Rows, integration.GridTicks{Profile: row.Profile, Rights: r})
	}
	return form
}

// bind goes through the set-up with a portal the administrator owns.
func (w *world) bind(as access.Actor, portal id.ID) integration.Overview {
	w.t.Helper()
	w.start(as)
	o, err := w.s.SaveSetup(w.t.Context(), as, w.setup(as, portal))
	w.ok(err)
	w.drain()
	return w.overviewIs(as, o.Status)
}

func (w *world) overviewIs(as access.Actor, want integration.Status) integration.Overview {
	w.t.Helper()
	o := w.overview(as)
	if o.Status != want {
		w.t.Fatalf("the integration stands in %s, want %s", o.Status, want)
	}
	return o
}

// outcomes gives what became of each user, by address.
func (w *world) outcomes(as access.Actor) map[string]string {
	w.t.Helper()
	list, err := w.s.People(w.t.Context(), as, false, page.Request{Size: 200})
	w.ok(err)
	out := map[string]string{}
	for _, u := range list.Items {
		out[u.Email] = u.Outcome + " " + u.Role
	}
	return out
}

// portalOf makes a portal owned by an administrator of CRM and gives the owner's badge.
func (w *world) portalOf(as access.Actor, name string) (portal.Portal, portal.Member) {
	w.t.Helper()
	p := w.projects.Portal(w.t, as.Email(), name)
	return p, w.projects.Enter(w.t, w.projects.Person(w.t, as.Email(), ""), p.ID)
}

func (w *world) related(as access.Actor, module string, record id.ID) integration.RelatedList {
	w.t.Helper()
	l, err := w.s.RelatedList(w.t.Context(), as, module, record, integration.ListQuery{Sort: gate.SortName})
	w.ok(err)
	return l
}

func names(l integration.RelatedList) []string {
	var out []string
	for _, r := range l.Rows.Items {
		out = append(out, r.Name)
	}
	return out
}

// newWorld puts the rooms together as the program does.
func newWorld(t *testing.T, db *store.DB, clock *storetest.Clock) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: clock, crm: accesstest.New(t, db), projects: projectstest.New(t, db)}
	w.work = work.New(db, w.projects.Portals, w.projects.Files)
	w.work.Register(w.crm.Queue)
	w.door = gatetest.NewFaulty(gate.NewLocal(db, w.projects.Portals, w.work, w.projects.Keys))
	w.records = newRecords(w)
	w.notes = note.New(db, w.records.s)
	kept := files.New(db, w.crm.Queue, 0)
	kept.Register()
	w.files = attachment.New(db, w.records.s, kept)
	w.notices = notice.NewService(db, w.crm.People, w.crm.Mail)
	box, err := secret.New("another secret for tests, long enough")
	w.ok(err)
	w.s = integration.New(integration.Parts{
		DB: db, Door: w.door, People: w.crm.People, Access: w.crm.Access, Records: w.records.s, Notes: w.notes, Files: w.files,
		Queue: w.crm.Queue, Letters: w.crm.Mail, Notices: w.notices, Box: box, Log: slog.New(slog.DiscardHandler),
		Owned: w.owned, PageWait: time.Second,
	})
	w.s.Register()
	w.crm.Access.AddHooks(w.s.AccessHooks())
	w.records.s.AddHook(w.s.RecordHook())
	w.notes.AddHook(w.s.NoteHook)
	w.projects.Portals.AddHooks(portal.Hooks{Changed: w.s.PortalEvent})
	w.projects.Keys.AddHooks(servicekey.Hooks{KeyChanged: w.s.KeyEvent})
	return w
}

// owned gives the portals a person owns, as the program does for KeyEvent.
func (w *world) owned(ctx context.Context, person id.ID) ([]id.ID, error) {
	list, err := w.projects.Portals.MembershipsOf(ctx, person, "")
	var out []id.ID
	for _, m := range list {
		if m.Owned() {
			out = append(out, m.Portal.ID)
		}
	}
	return out, err
}
