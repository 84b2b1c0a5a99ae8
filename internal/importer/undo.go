package importer

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/store"
)

func init() {
	locale.Dynamic("importer.act.")
	locale.Dynamic("importer.fate.")
}

// UndoDays is how many days after its end an import can be taken back.
const UndoDays = 30

// keep is how long what a run did, or what an undo left, is known.
const keep = (UndoDays + 1) * 24 * time.Hour

// undoChunk is how many effects one transaction takes back.
const undoChunk = 100

// UndoState says how far the undo of a run is.
type UndoState string

// The states of an undo; empty before one was asked for.
const (
	UndoRunning UndoState = "running"
	UndoDone    UndoState = "done"
	UndoFailed  UndoState = "failed" // the right was taken away; it can go on
)

// Fate is what an undo made of an effect.
type Fate string

// The fates; empty before an undo came by.
const (
	Undone Fate = "undone"
	Kept   Fate = "kept"
)

// Effect is what a row did to one record, with what is needed to take it back. Changes
// are the kind's own words.
type Effect struct {
	Line    int
	Subject id.ID
	Module  string
	Name    string
	Act     Act // Created or Updated
	Changes string
	Fate    Fate
	Reasons []fault.Field // of one that was kept
}

// Undoer takes effects back, inside the importer's transaction, the latest first. It
// gives each its fate, and a reason where that is Kept.
type Undoer interface {
	Begin(ctx context.Context, tx *store.Tx, r Run) error
	Undo(ctx context.Context, tx *store.Tx, list []Effect) error
}

// place is where an effect stands in its run.
type place struct {
	line    int64
	subject id.ID
}

// Undoing says whether effects are still to be taken back.
func (r Run) Undoing() bool { return r.Undo == UndoRunning }

// Effects counts what a run did.
func (r Run) Effects() int64 { return r.Created + r.Updated }

// Undoable says why a run cannot be taken back; nil when it can.
func (s *Service) Undoable(r Run) error {
	k, known := s.kinds[r.Kind]
	switch {
	case !known:
		return fault.NotFound("fault.not_found")
	case k.Undo == nil:
		return fault.Conflict(k.NoUndo)
	case r.State == Draft || r.State == Running:
		return fault.Conflict("importer.fault.undo_running")
	case r.Effects() == 0:
		return fault.Conflict("importer.fault.undo_nothing")
	case !r.ledger || s.db.Now().After(r.FinishedAt.AddDate(0, 0, UndoDays)):
		return fault.Conflict("importer.fault.undo_late").With("Days", UndoDays)
	}
	return nil
}

// TakeBack begins to take a finished run back: its importer may, and whoever looks after
// the imports of others. One that has begun is not begun again.
func (s *Service) TakeBack(ctx context.Context, tenant, user id.ID, kind string, run id.ID) (Run, error) {
	k, err := s.Kind(ctx, tenant, user, kind)
	if err != nil {
		return Run{}, err
	}
	out, err := s.mine(ctx, s.db, tenant, user, kind, run)
	if err != nil || out.Undo == UndoRunning || out.Undo == UndoDone {
		return out, err
	}
	if err := s.Undoable(out); err != nil {
		return Run{}, err
	}
	undoer, err := k.Undo(ctx, tenant, user)
	if err != nil {
		return Run{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := readRun(ctx, tx, tenant, run)
		if err != nil {
			return err
		}
		out = r
		begun, err := beginUndo(ctx, tx, r, user)
		if err != nil || !begun {
			return err
		}
		out.Undo = UndoRunning
		if err := undoer.Begin(ctx, tx, r); err != nil {
			return err
		}
		if err := s.queue.Insert(ctx, tx, forgetting{Tenant: tenant, Run: run}, jobs.After(keep)); err != nil {
			return err
		}
		return s.queue.Insert(ctx, tx, undoBatch{Tenant: tenant, Run: run})
	})
	return out, err
}

// undoBatch takes the next effects of a run back.
type undoBatch struct {
	Tenant id.ID `json:"tenant"`
	Run    id.ID `json:"run"`
}

// Kind names the job in the queue.
func (undoBatch) Kind() string { return "importer.undo" }

// workUndo takes some effects back, from the last line to the first, so that a record
// that two lines changed ends as it was before both. It is as safe to kill as work.
func (s *Service) workUndo(ctx context.Context, b undoBatch) error {
	r, err := readRun(ctx, s.db, b.Tenant, b.Run)
	if err != nil || !r.Undoing() {
		return err
	}
	k, known := s.kinds[r.Kind]
	if !known || k.Undo == nil {
		return fault.Internalf("importer: no undo of kind %q", r.Kind)
	}
	undoer, err := k.Undo(ctx, r.tenant, r.UndoBy)
	if err != nil {
		if fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindNotFound) {
			return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return endUndo(ctx, tx, r, UndoFailed) })
		}
		return err
	}
	list, err := effectsBefore(ctx, s.db, r, undoChunk)
	if err != nil {
		return err
	}
	if err := s.db.Reserve(ctx, 4*len(list)); err != nil { // timelines
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if len(list) == 0 {
			return endUndo(ctx, tx, r, UndoDone)
		}
		mine, err := takeUndoStep(ctx, tx, r, list[len(list)-1])
		if err != nil || !mine {
			return err
		}
		if err := undoer.Undo(ctx, tx, list); err != nil {
			return err
		}
		if err := settleUndo(ctx, tx, r, list); err != nil {
			return err
		}
		return s.queue.Insert(ctx, tx, b)
	})
}

// settleUndo counts the fates of effects and stores them.
func settleUndo(ctx context.Context, tx *store.Tx, r Run, list []Effect) error {
	var undone, kept int64
	for _, e := range list {
		switch e.Fate {
		case Undone:
			undone++
		case Kept:
			kept++
		default:
			return fault.Internalf("importer: the undo of line %d has no outcome", e.Line)
		}
	}
	if err := countFates(ctx, tx, r, undone, kept); err != nil {
		return err
	}
	return saveFates(ctx, tx, r, list)
}

// KeptEffects lists what an undo left as it is, in the order of the file.
func (s *Service) KeptEffects(ctx context.Context, r Run, p page.Request) (page.Page[Effect], error) {
	at, err := readPlace(p.Cursor)
	if err != nil {
		return page.Page[Effect]{}, err
	}
	list, err := effectsAfter(ctx, s.db, r, at, true, p.Limit()+1)
	out := page.Page[Effect]{Items: list}
	if len(list) > p.Limit() {
		out.Items = list[:p.Limit()]
		out.Next = out.Items[p.Limit()-1].place().String()
	}
	return out, err
}

// WriteEffects writes what a run did, and what an undo made of it.
func (s *Service) WriteEffects(ctx context.Context, r Run, w io.Writer) error {
	out := csvfile.NewWriter(w)
	if err := out.Write(locale.T(ctx, "importer.line"), locale.T(ctx, "importer.name"), locale.T(ctx, "importer.act"),
		locale.T(ctx, "importer.fate"), locale.T(ctx, "importer.reason")); err != nil {
		return fault.Internal(err)
	}
	k := s.kinds[r.Kind]
	for at := (place{}); ; {
		list, err := effectsAfter(ctx, s.db, r, at, false, 500)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := out.Write(strconv.Itoa(e.Line), e.Name, locale.T(ctx, "importer.act."+string(e.Act)), e.Word(ctx), k.KeptFor(ctx, e)); err != nil {
				return fault.Internal(err)
			}
			at = e.place()
		}
		if len(list) < 500 {
			return internal(out.Flush())
		}
	}
}

// Word says in a word what became of an effect.
func (e Effect) Word(ctx context.Context) string {
	switch {
	case e.Fate == Kept:
		return locale.T(ctx, "importer.fate.kept")
	case e.Fate == Undone && e.Act == Created:
		return locale.T(ctx, "importer.fate.binned")
	case e.Fate == Undone:
		return locale.T(ctx, "importer.fate.reverted")
	}
	return locale.T(ctx, "importer.fate.stands")
}

// KeptFor puts into words why an effect stays.
func (k Kind) KeptFor(ctx context.Context, e Effect) string {
	return k.Reason(ctx, RejectedLine{Reasons: e.Reasons})
}

func (e Effect) place() place { return place{int64(e.Line), e.Subject} }

func (p place) String() string { return strconv.FormatInt(p.line, 10) + "-" + p.subject.String() }

func readPlace(cursor string) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	line, subject, _ := strings.Cut(cursor, "-")
	at, err := id.Parse(line)
	if err != nil {
		return place{}, err
	}
	of, err := id.Parse(subject)
	return place{int64(at), of}, err
}

// forgetting drops what a run did, once nobody can take it back any more.
type forgetting struct {
	Tenant id.ID `json:"tenant"`
	Run    id.ID `json:"run"`
}

// Kind names the job in the queue.
func (forgetting) Kind() string { return "importer.forget" }

func (s *Service) forget(ctx context.Context, f forgetting) error {
	r, err := readRun(ctx, s.db, f.Tenant, f.Run)
	if err != nil || r.ID == 0 || !r.ledger || r.Going() || r.Undoing() {
		return err
	}
	last := r.FinishedAt
	if r.UndoAt.After(last) {
		last = r.UndoAt
	}
	if s.db.Now().Before(last.AddDate(0, 0, UndoDays)) {
		return nil // an undo came after; it has a job of its own
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		more, err := dropEffects(ctx, tx, r, 1000)
		if err != nil || !more {
			return err
		}
		return s.queue.Insert(ctx, tx, f)
	})
}
