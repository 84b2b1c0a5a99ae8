package importer

import (
	"context"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// batch brings the next chunk of a run in.
type batch struct {
	Tenant id.ID `json:"tenant"`
	Run    id.ID `json:"run"`
}

// Kind names the job in the queue.
func (batch) Kind() string { return "importer.batch" }

// work brings one chunk in and asks for the next in the same transaction: a job that
// runs twice, or dies in between, finds the step where the last commit left it.
func (s *Service) work(ctx context.Context, b batch) error {
	r, err := readRun(ctx, s.db, b.Tenant, b.Run)
	if err != nil || !r.Going() {
		return err
	}
	k, known := s.kinds[r.Kind]
	if !known {
		return fault.Internalf("importer: no kind %q", r.Kind)
	}
	bringer, err := k.Open(ctx, r.tenant, r.User)
	if err != nil {
		if fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindNotFound) {
			return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.end(ctx, tx, r, Failed, fault.As(err).Key) })
		}
		return err
	}
	lines, err := readChunk(ctx, s.db, r.tenant, r.ID, r.step)
	if err != nil {
		return err
	}
	if err := s.db.Reserve(ctx, 8*len(lines)); err != nil { // records, timelines, accounts made on the way
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		mine, err := takeStep(ctx, tx, r)
		if err != nil || !mine {
			return err
		}
		if len(lines) == 0 {
			return s.end(ctx, tx, r, Done, "")
		}
		list, err := bringer.Bring(ctx, tx, r.rows(lines), r.Options)
		if err != nil {
			return err
		}
		if err := settle(ctx, tx, r, lines, list); err != nil {
			return err
		}
		return s.queue.Insert(ctx, tx, b)
	})
}

// rows puts the text of each line under its field.
func (r Run) rows(lines []csvfile.Row) []Row {
	out := make([]Row, len(lines))
	for i, l := range lines {
		out[i] = Row{Line: l.Line, Values: map[string]string{}}
		for column, name := range r.Mapping {
			if name != "" && column < len(l.Cells) && l.Cells[column] != "" {
				out[i].Values[name] = l.Cells[column]
			}
		}
	}
	return out
}

// settle counts what became of a chunk's rows and keeps those that were rejected.
func settle(ctx context.Context, tx *store.Tx, r Run, lines []csvfile.Row, list []Outcome) error {
	if len(list) != len(lines) {
		return fault.Internalf("importer: %d outcomes of %d rows", len(list), len(lines))
	}
	count := map[Act]int64{}
	var rejected []RejectedLine
	var effects []Effect
	for i, o := range list {
		count[o.Act]++
		for _, e := range o.Effects {
			e.Line = lines[i].Line
			effects = append(effects, e)
		}
		if o.Act == Rejected {
			rejected = append(rejected, RejectedLine{Line: lines[i].Line, Cells: lines[i].Cells, Reasons: o.Problems})
		}
	}
	if err := countRows(ctx, tx, r, count); err != nil {
		return err
	}
	if err := insertRejects(ctx, tx, r, rejected); err != nil {
		return err
	}
	if err := insertEffects(ctx, tx, r, effects); err != nil {
		return err
	}
	return dropChunk(ctx, tx, r, r.step)
}
