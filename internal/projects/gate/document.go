package gate

import (
	"context"
	"io"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

// DocumentPartSize is how much of a document one call moves at most.
const DocumentPartSize = 1 << 20

// DocumentInput names a document to add or, with an ID, to change at its version.
type DocumentInput struct {
	ID       id.ID  `json:"id"`
	Version  int64  `json:"version"`
	Name     string `json:"name"`
	External bool   `json:"external"` // client users see it
}

// Document is a file of a project.
type Document struct {
	DocumentInput
	Size   int64      `json:"size"`
	Type   string     `json:"type"` // read from its first bytes
	By     Ref        `json:"by"`
	At     int64      `json:"at"` // microseconds UTC
	Rights ItemRights `json:"rights"`
}

// DocumentList is a page of documents, with what the member may add.
type DocumentList struct {
	page.Page[Document]
	MayAdd bool  `json:"may_add"`
	Limit  int64 `json:"limit"` // size of the largest file, in bytes
}

// DocumentOf turns a document of Projects into the gate's.
func DocumentOf(d work.Document) Document {
	return Document{DocumentInput: DocumentInput(d.DocumentInput), Size: d.Size, Type: d.Type, By: ref(d.By), At: d.At.UnixMicro(), Rights: ItemRights(d.Rights)}
}

// DocumentsOf turns a list of Projects into the gate's.
func DocumentsOf(l work.DocumentList) DocumentList {
	return DocumentList{Page: mapPage(l.Page, DocumentOf), MayAdd: l.MayAdd, Limit: l.Limit}
}

func (p *person) Documents(ctx context.Context, project id.ID, r page.Request) (DocumentList, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return DocumentList{}, err
	}
	list, err := w.Documents(ctx, as, project, r)
	return DocumentsOf(list), err
}

func (p *person) Document(ctx context.Context, project, document id.ID) (Document, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Document{}, err
	}
	d, err := w.Document(ctx, as, project, document)
	if err != nil {
		return Document{}, err
	}
	return DocumentOf(d), nil
}

func (p *person) DocumentPart(ctx context.Context, project, document id.ID, offset int64) ([]byte, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	return w.DocumentPart(ctx, as, project, document, offset, DocumentPartSize)
}

func (p *person) AddDocument(ctx context.Context, idem string, project id.ID, in DocumentInput, content io.Reader) (Document, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Document{}, err
	}
	d, err := w.AddDocument(ctx, as, project, idem, work.DocumentInput(in), content)
	if err != nil {
		return Document{}, err
	}
	return DocumentOf(d), nil
}

func (p *person) SaveDocument(ctx context.Context, project id.ID, in DocumentInput) (Document, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Document{}, err
	}
	d, err := w.SaveDocument(ctx, as, project, work.DocumentInput(in))
	if err != nil {
		return Document{}, err
	}
	return DocumentOf(d), nil
}

func (p *person) DeleteDocument(ctx context.Context, project, document id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteDocument(ctx, as, project, document)
}
