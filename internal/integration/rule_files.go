package integration

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

const (
	// maxRuleFiles bounds the files a rule copies: the latest ones.
	maxRuleFiles = 50
	// fileSlice is how long one job goes on copying files; the next one carries on.
	fileSlice = 8 * time.Second
	// fileWait is how long one file may take.
	fileWait = 25 * time.Second
)

// ruleFiles copies the files of a firing's record into its project as documents that
// the customer does not see. Each is one act for the portal, so what was copied before
// is found there and not copied again. It gives the note of the firing, with the files
// that could not be copied; more says that the next job carries on.
func (s *Service) ruleFiles(ctx context.Context, l link, f Firing, note *fault.Error) (out *fault.Error, more bool, err error) {
	as := s.system(l.Org)
	rule, err := readRule(ctx, s.p.DB, l.Org, f.Rule)
	if fault.Is(err, fault.KindNotFound) || err == nil && !rule.Action.Files {
		return note, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	list, err := s.p.Files.List(ctx, as, f.Record.Module, f.Record.ID, page.Request{Size: maxRuleFiles})
	if fault.Is(err, fault.KindNotFound) || err == nil && len(list.Items) == 0 {
		return note, false, nil // nothing attached, or the record is in the bin
	}
	if err != nil {
		return nil, false, err
	}
	member, err := s.runner(ctx, l, rule.RunBy)
	if err == nil {
		err = s.runnerSees(ctx, l.Org, rule.RunBy, f.Record)
	}
	if fault.HasCode(err, "runner") {
		member = 0
	} else if err != nil {
		return nil, false, err
	}
	started := time.Now()
	var left []string
	for _, a := range slices.Backward(list.Items) {
		if time.Since(started) > fileSlice {
			return nil, true, nil
		}
		if member != 0 {
			err = s.copyFile(ctx, as, l, member, f, a)
		}
		switch {
		case err == nil:
		case refused(err):
			left = append(left, a.Name)
		default:
			return nil, false, err
		}
	}
	return leftOut(note, left), false, nil
}

// copyFile copies one file; one that went away meanwhile is none.
func (s *Service) copyFile(ctx context.Context, as access.Actor, l link, member id.ID, f Firing, a attachment.Attachment) error {
	_, content, err := s.p.Files.Open(ctx, as, f.Record.Module, f.Record.ID, a.ID)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	return s.call(ctx, l, fileWait, func(ctx context.Context, g gate.Session) error {
		_, err := g.As(member).AddDocument(ctx, idem(l, "rule_file", f.ID, a.ID), f.Project, gate.DocumentInput{Name: a.Name}, ours{content})
		if fault.Is(err, fault.KindNotFound) {
			return nil // copied, and deleted there since; or the project is in the bin
		}
		return err
	})
}

// ours reads what lies in our own database: should that fail, it is not the fault of the
// file, and the next try may succeed.
type ours struct{ io.Reader }

// Read reads on.
func (r ours) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF && fault.As(err) == nil {
		err = fault.Internal(err)
	}
	return n, err
}

// leftOut adds the files that could not be copied to what a firing left out.
func leftOut(note *fault.Error, files []string) *fault.Error {
	if len(files) == 0 {
		return note
	}
	if note == nil {
		return fault.Conflict("integration.rule.files_left").With("Files", strings.Join(files, ", "))
	}
	return fault.Conflict("integration.rule.skipped_files").With("Names", note.Args["Names"]).With("Files", strings.Join(files, ", "))
}

// carryFiles copies the files of a firing whose project is there, and ends the firing
// when all are.
func (s *Service) carryFiles(ctx context.Context, l link, f Firing, note *fault.Error) error {
	note, more, err := s.ruleFiles(ctx, l, f, note)
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return nil // waits for the new key
	}
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if more {
			return s.p.Queue.Insert(ctx, tx, ruleJob{Org: l.Org, Firing: f.ID}, jobs.Unique(f.ID.String()))
		}
		return setFiring(ctx, tx, l.Org, f.ID, FiringDone, f.Project, note)
	})
}
