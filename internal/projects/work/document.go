package work

import (
	"context"
	"io"
	"time"

	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// MaxDocuments bounds the documents of a project.
const MaxDocuments = 500

const kindDocument = "document"

// DocumentInput names a document to add or, with an ID, to rename or to show to the
// customer at its version.
type DocumentInput struct {
	ID       id.ID
	Version  int64
	Name     string
	External bool
}

// Document is a file of a project.
type Document struct {
	DocumentInput
	Size   int64
	Type   string // read from its first bytes
	By     portal.Ref
	At     time.Time
	Rights ItemRights

	file id.ID
}

// DocumentList is a page of documents, the latest first, with what the badge may add.
type DocumentList struct {
	page.Page[Document]
	MayAdd bool
	Limit  int64 // size of the largest file, in bytes
}

// Documents lists the documents of a project that the badge may see.
func (s *Service) Documents(ctx context.Context, as portal.Member, project id.ID, r page.Request) (DocumentList, error) {
	out := DocumentList{Limit: s.files.Limit()}
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return DocumentList{}, err
	}
	before := id.Max
	if r.Cursor != "" {
		if before, err = id.Parse(r.Cursor); err != nil {
			return DocumentList{}, err
		}
	}
	list, err := listDocuments(ctx, s.db, st, project, before, r.Limit()+1)
	if err != nil {
		return DocumentList{}, err
	}
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	out.Items, out.MayAdd = list, st.rights().AddDocument
	return out, nil
}

// Document gives one document without what it holds.
func (s *Service) Document(ctx context.Context, as portal.Member, project, document id.ID) (Document, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Document{}, err
	}
	return findDocument(ctx, s.db, st, project, document)
}

// OpenDocument gives a document with what it holds; the caller closes it.
func (s *Service) OpenDocument(ctx context.Context, as portal.Member, project, document id.ID) (Document, io.ReadCloser, error) {
	d, err := s.Document(ctx, as, project, document)
	if err != nil {
		return Document{}, nil, err
	}
	_, r, err := s.files.Open(ctx, as.Portal(), d.file)
	if err != nil {
		return Document{}, nil, err
	}
	return d, r, nil
}

// DocumentPart gives up to limit bytes of what a document holds from an offset on; none
// at its end.
func (s *Service) DocumentPart(ctx context.Context, as portal.Member, project, document id.ID, offset int64, limit int) ([]byte, error) {
	d, err := s.Document(ctx, as, project, document)
	if err != nil {
		return nil, err
	}
	return s.files.Part(ctx, as.Portal(), d.file, offset, limit)
}

// document says what the badge may do with one.
func (st stance) document(d Document) ItemRights {
	f := portal.Facts{Added: st.mine(d.By.ID), External: d.External}
	return ItemRights{Edit: st.may(portal.ActEditDocument, f) && !st.as.Looks(), Delete: st.may(portal.ActDeleteDocument, f) && !st.as.Looks()}
}

// seesDocuments says whether the badge sees any documents, and whether it sees internal
// ones.
func (st stance) seesDocuments() (external, internal bool) {
	return st.may(portal.ActViewDocument, portal.Facts{External: true}), st.may(portal.ActViewDocument, portal.Facts{})
}

// AddDocument reads content to its end and adds it to a project; idem as in
// CreateProject. It appears with the last of several transactions, and what breaks off
// leaves nothing.
func (s *Service) AddDocument(ctx context.Context, as portal.Member, project id.ID, idem string, in DocumentInput, content io.Reader) (Document, error) {
	d, err := s.newDocument(ctx, as, project, in)
	if err != nil {
		return Document{}, err
	}
	if made, err := madeBefore(ctx, s.db, as.Portal(), kindDocument, idem); err != nil || made != 0 {
		if err != nil {
			return Document{}, err
		}
		return s.Document(ctx, as, project, made)
	}
	f, err := s.files.Put(ctx, as.Portal(), content)
	if err != nil {
		return Document{}, err
	}
	d.Size, d.Type, d.file = f.Size, f.Type, f.ID
	made, err := s.onceInside(ctx, as, project, kindDocument, idem, func(ctx context.Context, tx *store.Tx, made id.ID, _ projectRow, st stance) error {
		if err := st.require(portal.ActAddDocument, portal.Facts{Added: true, External: d.External}); err != nil {
			return err
		}
		n, err := countDocuments(ctx, tx, as.Portal(), project)
		if err != nil {
			return err
		}
		if n >= MaxDocuments {
			return fault.Conflict("work.fault.too_many_documents").With("Limit", MaxDocuments).WithCode("too_many_documents")
		}
		if err := s.files.Keep(ctx, tx, as.Portal(), f.ID); err != nil {
			return err
		}
		d.ID, d.At = made, tx.Now()
		return insertDocument(ctx, tx, as.Portal(), project, d)
	})
	if err == nil {
		d, err = s.Document(ctx, as, project, made)
	}
	if err != nil || d.file != f.ID {
		// Nothing was added, or the same act had added it before. Should this fail as
		// well, the sweep takes the file away later: a kept one stays in any case.
		_ = s.files.Discard(context.WithoutCancel(ctx), as.Portal(), f.ID)
	}
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

// newDocument checks what is to be added before its content is read.
func (s *Service) newDocument(ctx context.Context, as portal.Member, project id.ID, in DocumentInput) (Document, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Document{}, err
	}
	if as.Looks() {
		return Document{}, looksOnly()
	}
	if err := st.require(portal.ActAddDocument, portal.Facts{Added: true, External: in.External}); err != nil {
		return Document{}, err
	}
	name, err := files.Name(in.Name)
	return Document{DocumentInput: DocumentInput{Name: name, External: in.External, Version: 1}, By: portal.Ref{ID: as.ID(), Name: as.Name()}}, err
}

// SaveDocument renames a document and says whether the customer sees it.
func (s *Service) SaveDocument(ctx context.Context, as portal.Member, project id.ID, in DocumentInput) (Document, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findDocument(ctx, tx, st, project, in.ID)
		if err != nil {
			return err
		}
		if !old.Rights.Edit {
			return forbidden(portal.ActEditDocument)
		}
		if old.Version != in.Version {
			return stale()
		}
		in.Name, err = files.Name(in.Name)
		if err != nil {
			return fault.Invalid("work.fault.invalid").Field("name", "files.fault.name")
		}
		return updateDocument(ctx, tx, as.Portal(), project, in)
	})
	if err != nil {
		return Document{}, err
	}
	return s.Document(ctx, as, project, in.ID)
}

// DeleteDocument takes a document away for good.
func (s *Service) DeleteDocument(ctx context.Context, as portal.Member, project, document id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findDocument(ctx, tx, st, project, document)
		if err != nil {
			return err
		}
		if !old.Rights.Delete {
			return forbidden(portal.ActDeleteDocument)
		}
		if err := deleteDocument(ctx, tx, as.Portal(), project, document); err != nil {
			return err
		}
		return s.files.Drop(ctx, tx, as.Portal(), old.file)
	})
}
