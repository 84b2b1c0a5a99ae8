package importer

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// chunk is how many rows one transaction brings in: few enough that others who write
// to SQLite meanwhile wait no time one would notice.
const chunk = 100

// Upload reads a file and keeps it as a draft with its columns matched. Drafts of the
// same kind that the user left behind go, and the oldest runs.
func (s *Service) Upload(ctx context.Context, tenant, user id.ID, kind, fileName string, data []byte) (Run, error) {
	k, err := s.Kind(ctx, tenant, user, kind)
	if err != nil {
		return Run{}, err
	}
	table, err := csvfile.Read(data)
	if err != nil {
		return Run{}, onFile(err)
	}
	if len(table.Rows) == 0 {
		return Run{}, onFile(fault.Invalid("importer.fault.no_rows"))
	}
	r := Run{Kind: kind, User: user, State: Draft, FileName: shortName(fileName), Encoding: table.Encoding, Header: table.Header,
		Mapping: k.match(table.Header), Options: map[string]bool{}, Total: int64(len(table.Rows)), tenant: tenant}
	for _, o := range k.Options {
		r.Options[o.Name] = o.On
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r.ID, r.CreatedAt = tx.NewID(), tx.Now()
		if err := sweep(ctx, tx, r); err != nil {
			return err
		}
		if err := insertRun(ctx, tx, r); err != nil {
			return err
		}
		step := int64(0)
		for part := range slices.Chunk(table.Rows, chunk) {
			if err := insertChunk(ctx, tx, r, step, part); err != nil {
				return err
			}
			step++
		}
		return nil
	})
	return r, err
}

// onFile puts what is wrong with a file beside its input.
func onFile(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	return &fault.Error{Kind: f.Kind, Cause: f.Cause, Fields: []fault.Field{{Name: "file", Key: f.Key, Args: f.Args}}}
}

// shortName keeps the last part of what a browser calls a file.
func shortName(name string) string {
	name = store.CleanText(name[strings.LastIndexAny(name, `/\`)+1:])
	if r := []rune(name); len(r) > 120 {
		name = string(r[:120])
	}
	return name
}

// Start brings a draft in with the mapping the person chose. A run that has begun is
// not begun again.
func (s *Service) Start(ctx context.Context, tenant, user id.ID, kind string, run id.ID, mapping []string, options map[string]bool) (Run, error) {
	k, err := s.Kind(ctx, tenant, user, kind)
	if err != nil {
		return Run{}, err
	}
	var out Run
	if _, err := s.mine(ctx, s.db, tenant, user, kind, run); err != nil {
		return Run{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := readRun(ctx, tx, tenant, run)
		if err != nil {
			return err
		}
		if out = r; r.State != Draft {
			return nil
		}
		if r.Mapping, err = k.checkMapping(r, mapping); err != nil {
			return err
		}
		for name := range r.Options {
			r.Options[name] = options[name]
		}
		out = r
		out.State = Running
		begun, err := beginRun(ctx, tx, r)
		if err != nil || !begun {
			return err
		}
		return s.queue.Insert(ctx, tx, batch{Tenant: tenant, Run: run})
	})
	return out, err
}

// checkMapping wants every field at most once and every required one.
func (k Kind) checkMapping(r Run, mapping []string) ([]string, error) {
	out, used := make([]string, len(r.Header)), map[string]bool{}
	bad := fault.Invalid("importer.fault.mapping")
	for i := range r.Header {
		if i >= len(mapping) || mapping[i] == "" {
			continue
		}
		at := ColumnInput(i)
		switch _, known := k.column(mapping[i]); {
		case !known:
			bad.Field(at, "importer.fault.unknown_field")
		case used[mapping[i]]:
			bad.Field(at, "importer.fault.field_twice")
		}
		out[i], used[mapping[i]] = mapping[i], true
	}
	for _, c := range k.Columns {
		if c.Required && !used[c.Field] && !used[c.Instead] {
			bad.Field("columns", "importer.fault.field_missing", fault.Args{"Field": c.Label})
		}
	}
	return out, bad.OrNil()
}

// ColumnInput names the input in which a person chooses the field of a column.
func ColumnInput(column int) string { return "column" + strconv.Itoa(column) }

// Stop ends a run where it stands; what has come in stays.
func (s *Service) Stop(ctx context.Context, tenant, user id.ID, kind string, run id.ID) error {
	if _, err := s.Kind(ctx, tenant, user, kind); err != nil {
		return err
	}
	if _, err := s.mine(ctx, s.db, tenant, user, kind, run); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := readRun(ctx, tx, tenant, run)
		if err != nil || !r.Going() {
			return err
		}
		return s.end(ctx, tx, r, Stopped, "")
	})
}

// end ends a run; what it did is forgotten once it cannot be taken back any more.
func (s *Service) end(ctx context.Context, tx *store.Tx, r Run, state State, problem string) error {
	if err := endRun(ctx, tx, r, state, problem); err != nil {
		return err
	}
	return s.queue.Insert(ctx, tx, forgetting{Tenant: r.tenant, Run: r.ID}, jobs.After(keep))
}
