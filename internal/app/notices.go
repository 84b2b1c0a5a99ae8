package app

import (
	"context"

	"musubi/internal/crm/note"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/notice"
	"musubi/internal/projects/work"
	"musubi/internal/store"
)

// workNoticeJob tells whom an event in a project concerns.
type workNoticeJob struct {
	Event work.Event `json:"event"`
}

// Kind names the job in the queue.
func (workNoticeJob) Kind() string { return "notice.work" }

// noteNoticeJob tells those a note calls by name.
type noteNoticeJob struct {
	Org    id.ID  `json:"org"`
	Module string `json:"module"`
	Record id.ID  `json:"record"`
	Note   id.ID  `json:"note"`
}

// Kind names the job in the queue.
func (noteNoticeJob) Kind() string { return "notice.note" }

// notices joins what happens in both houses with the people it concerns.
type notices struct {
	Ground
	crm     CRM
	project Project
}

// wireNotices has the bell hear of both houses.
func wireNotices(g Ground, crm CRM, project Project) {
	n := notices{g, crm, project}
	jobs.Register(g.Queue, n.workNotices)
	jobs.Register(g.Queue, n.noteNotices)
	project.Works.AddHook(func(ctx context.Context, tx *store.Tx, e work.Event) error {
		return g.Queue.Insert(ctx, tx, workNoticeJob{e})
	})
	crm.Notes.OnWritten(func(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID, w note.Note) error {
		if !notice.Calls(w.Body) {
			return nil
		}
		return g.Queue.Insert(ctx, tx, noteNoticeJob{org, module, of, w.ID})
	})
}

func (n notices) post(ctx context.Context, told []notice.New) error {
	if len(told) == 0 {
		return nil
	}
	return n.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return n.Notices.Post(ctx, tx, told) })
}
