package integration

import (
	"context"
	"io"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// uploadWait is how long a document may be on its way in: as long as a browser takes.
const uploadWait = 15 * time.Minute

// Documents lists the documents of a project, the latest first.
func (s *Service) Documents(ctx context.Context, as access.Actor, project id.ID, r page.Request) (gate.DocumentList, error) {
	out, grid, err := inside(ctx, s, as, ModuleDocuments, access.View, func(ctx context.Context, p gate.Person) (gate.DocumentList, error) {
		return p.Documents(ctx, project, r)
	})
	out.MayAdd = out.MayAdd && grid.Create
	for i := range out.Items {
		clamp(&out.Items[i].Rights, grid)
	}
	return out, err
}

// Document gives one document without what it holds.
func (s *Service) Document(ctx context.Context, as access.Actor, project, document id.ID) (gate.Document, error) {
	return insideOne(ctx, s, as, ModuleDocuments, access.View, func(d *gate.Document) *gate.ItemRights { return &d.Rights },
		func(ctx context.Context, p gate.Person) (gate.Document, error) {
			return p.Document(ctx, project, document)
		})
}

// OpenDocument gives a document and what it holds, which comes part by part: each part
// asks both gates anew.
func (s *Service) OpenDocument(ctx context.Context, as access.Actor, project, document id.ID) (gate.Document, io.Reader, error) {
	d, err := s.Document(ctx, as, project, document)
	if err != nil {
		return gate.Document{}, nil, err
	}
	return d, &documentReader{size: d.Size, part: func(offset int64) ([]byte, error) {
		data, _, err := inside(ctx, s, as, ModuleDocuments, access.View, func(ctx context.Context, p gate.Person) ([]byte, error) {
			return p.DocumentPart(ctx, project, document, offset)
		})
		return data, err
	}}, nil
}

// documentReader reads a document part by part.
type documentReader struct {
	size, given int64
	rest        []byte
	part        func(offset int64) ([]byte, error)
}

// Read reads on. A document that ends too early is an error.
func (r *documentReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.given == r.size {
			return 0, io.EOF
		}
		var err error
		if r.rest, err = r.part(r.given); err != nil {
			return 0, err
		}
		if len(r.rest) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	r.given += int64(n)
	return n, nil
}

// AddDocument reads content to its end and adds it to a project.
func (s *Service) AddDocument(ctx context.Context, as access.Actor, idem string, project id.ID, in gate.DocumentInput, content io.Reader) (gate.Document, error) {
	l, r, err := s.enterModule(ctx, as, ModuleDocuments, access.Create)
	if err != nil {
		return gate.Document{}, err
	}
	var out gate.Document
	err = projectsRefuses(s.call(ctx, l, uploadWait, func(ctx context.Context, g gate.Session) (err error) {
		out, err = g.As(r.Member).AddDocument(ctx, formIdem(as, idem), project, in, content)
		return err
	}))
	clamp(&out.Rights, r.Modules[ModuleDocuments])
	return out, err
}

// SaveDocument renames a document and says whether the customer sees it.
func (s *Service) SaveDocument(ctx context.Context, as access.Actor, project id.ID, in gate.DocumentInput) (gate.Document, error) {
	return insideOne(ctx, s, as, ModuleDocuments, access.Edit, func(d *gate.Document) *gate.ItemRights { return &d.Rights },
		func(ctx context.Context, p gate.Person) (gate.Document, error) {
			return p.SaveDocument(ctx, project, in)
		})
}

// DeleteDocument takes a document away.
func (s *Service) DeleteDocument(ctx context.Context, as access.Actor, project, document id.ID) error {
	return insideDelete(ctx, s, as, ModuleDocuments, func(ctx context.Context, p gate.Person) error {
		return p.DeleteDocument(ctx, project, document)
	})
}
