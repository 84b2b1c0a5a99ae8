package gatetest

import (
	"bytes"
	"context"
	"io"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

func (p *person) Documents(ctx context.Context, project id.ID, r page.Request) (gate.DocumentList, error) {
	return call(ctx, p.f, "Documents", r, func(ctx context.Context, r page.Request) (gate.DocumentList, error) {
		return p.in.Documents(ctx, project, r)
	})
}

func (p *person) Document(ctx context.Context, project, document id.ID) (gate.Document, error) {
	return call(ctx, p.f, "Document", document, func(ctx context.Context, i id.ID) (gate.Document, error) {
		return p.in.Document(ctx, project, i)
	})
}

func (p *person) DocumentPart(ctx context.Context, project, document id.ID, offset int64) ([]byte, error) {
	return call(ctx, p.f, "DocumentPart", offset, func(ctx context.Context, at int64) ([]byte, error) {
		return p.in.DocumentPart(ctx, project, document, at)
	})
}

// AddDocument sends the content along as a body would; one that breaks off breaks off
// on the other side too.
func (p *person) AddDocument(ctx context.Context, idem string, project id.ID, in gate.DocumentInput, content io.Reader) (gate.Document, error) {
	type args struct {
		In   gate.DocumentInput
		Data []byte
		Off  bool
	}
	data, err := io.ReadAll(content)
	if fault.As(err) != nil {
		return gate.Document{}, err
	}
	return call(ctx, p.f, "AddDocument", args{in, data, err != nil}, func(ctx context.Context, a args) (gate.Document, error) {
		var r io.Reader = bytes.NewReader(a.Data)
		if a.Off {
			r = io.MultiReader(r, brokenOff{})
		}
		return p.in.AddDocument(ctx, idem, project, a.In, r)
	})
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (p *person) SaveDocument(ctx context.Context, project id.ID, in gate.DocumentInput) (gate.Document, error) {
	return call(ctx, p.f, "SaveDocument", in, func(ctx context.Context, d gate.DocumentInput) (gate.Document, error) {
		return p.in.SaveDocument(ctx, project, d)
	})
}

func (p *person) DeleteDocument(ctx context.Context, project, document id.ID) error {
	_, err := call(ctx, p.f, "DeleteDocument", document, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteDocument(ctx, project, i))
	})
	return err
}
