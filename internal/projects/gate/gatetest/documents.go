package gatetest

import (
	"bytes"
	"context"
	"io"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// documents asks what a person does with the documents of a project; secret is another
// project, which the person does not see.
func documents(t *testing.T, p gate.Person, project, secret id.ID, works *work.Service, owner portal.Member) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data := bytes.Repeat([]byte("仕様書\x00"), (gate.DocumentPartSize+300_000)/10)
	in := gate.DocumentInput{Name: "../仕様書.bin", External: true}
	made, err := p.AddDocument(ctx, "document", project, in, bytes.NewReader(data))
	ok(err)
	if made.Name != "仕様書.bin" || made.Size != int64(len(data)) || made.By.ID == 0 || !made.External || !made.Rights.Delete {
		t.Errorf("document %+v", made)
	}
	if same, err := p.AddDocument(ctx, "document", project, in, bytes.NewReader(data)); err != nil || same.ID != made.ID {
		t.Errorf("one act added two documents: %+v, %v", same, err)
	}
	if _, err := p.AddDocument(ctx, "broken off", project, in, io.MultiReader(bytes.NewReader(data), brokenOff{})); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("broken off: %v", err)
	}
	list, err := p.Documents(ctx, project, page.Request{})
	ok(err)
	if len(list.Items) != 1 || !list.MayAdd || list.Limit == 0 {
		t.Errorf("documents %+v", list)
	}
	var got []byte
	for {
		part, err := p.DocumentPart(ctx, project, made.ID, int64(len(got)))
		ok(err)
		if len(part) == 0 {
			break
		}
		if len(part) > gate.DocumentPartSize {
			t.Errorf("a part of %d bytes", len(part))
		}
		got = append(got, part...)
	}
	if !bytes.Equal(got, data) {
		t.Errorf("%d of %d bytes came back", len(got), len(data))
	}
	change := made.DocumentInput
	change.Name, change.External = "設計書.bin", false
	after, err := p.SaveDocument(ctx, project, change)
	if err != nil || after.Name != "設計書.bin" || after.External {
		t.Errorf("changed %+v, %v", after, err)
	}
	if _, err := p.SaveDocument(ctx, project, change); !fault.Is(err, fault.KindStale) {
		t.Errorf("an old version: %v", err)
	}
	hidden, err := works.AddDocument(ctx, owner, secret, "", work.DocumentInput{Name: "見えない"}, bytes.NewReader(data))
	ok(err)
	for _, place := range []id.ID{secret, project} {
		if _, err := p.DocumentPart(ctx, place, hidden.ID, 0); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a document of others: %v", err)
		}
	}
	if _, err := p.AddDocument(ctx, "there", secret, in, bytes.NewReader(data)); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("added where nothing is seen: %v", err)
	}
	ok(p.DeleteDocument(ctx, project, made.ID))
	if _, err := p.Document(ctx, project, made.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("after the end: %v", err)
	}
}
