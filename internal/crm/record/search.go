package record

import (
	"context"
	"slices"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

const (
	// maxHits bounds how many records a search shows of one module.
	maxHits = 20
	// maxKeyword bounds what is looked for, in characters.
	maxKeyword = 100
	// maxCandidates bounds the records the index names for one search of a module.
	maxCandidates = 2000
)

// Hits are the records of one module a search found. More says that there are others.
type Hits struct {
	Module string
	Refs   []Ref
	More   bool
}

// Search finds records of every module the badge views by parts of their words.
func (s *Service) Search(ctx context.Context, as access.Actor, text string) ([]Hits, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if !searchable(text) {
		return nil, nil
	}
	var out []Hits
	for _, m := range s.Modules(as) {
		refs, err := s.find(ctx, as, m, text, maxHits+1)
		if err != nil {
			return nil, err
		}
		if len(refs) == 0 {
			continue
		}
		h := Hits{Module: m.Name, Refs: refs, More: len(refs) > maxHits}
		if h.More {
			h.Refs = refs[:maxHits]
		}
		out = append(out, h)
	}
	return out, nil
}

// Suggest finds records of one module for a picker; empty text gives the first ones.
func (s *Service) Suggest(ctx context.Context, as access.Actor, module, text string, limit int) ([]Ref, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return nil, err
	}
	if limit = min(limit, page.MaxSize); searchable(text) {
		return s.find(ctx, as, m, text, limit)
	}
	list, err := s.List(ctx, as, module, Query{Sort: m.NameField, Page: page.Request{Size: limit}})
	var out []Ref
	for _, r := range list.Items {
		out = append(out, Ref{ID: r.ID, Module: module, Name: r.Name})
	}
	return out, err
}

// searchable says whether anything can be found by the text.
func searchable(text string) bool { return len(field.SearchWords(clip(text, maxKeyword))) > 0 }

// BinItem is a deleted record.
type BinItem struct {
	Ref
	By string
	At int64 // microseconds UTC
}

// Until is when it is deleted for good.
func (i BinItem) Until() time.Time { return store.FromMicros(i.At).AddDate(0, 0, BinDays) }

// Bin lists deleted records of the modules the badge may delete from, latest first.
func (s *Service) Bin(ctx context.Context, as access.Actor, module string, r page.Request) (page.Page[BinItem], error) {
	if err := as.RequireKnown(); err != nil {
		return page.Page[BinItem]{}, err
	}
	c, paged, err := readCursor(r.Cursor)
	if err != nil {
		return page.Page[BinItem]{}, err
	}
	list, err := s.binItems(ctx, as, module, c, paged, r.Limit()+1)
	if err != nil {
		return page.Page[BinItem]{}, err
	}
	var out page.Page[BinItem]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		last := list[len(list)-1]
		out.Next = cursor{Num: last.At, ID: int64(last.ID)}.String()
	}
	out.Items = list
	return out, nil
}

// Visible refuses, as not found, a record the badge does not see: for what is pinned
// to records by other rooms.
func (s *Service) Visible(ctx context.Context, q store.Querier, as access.Actor, module string, record id.ID) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	ok, err := s.visible(ctx, q, as, module, record)
	if err == nil && !ok {
		return gone()
	}
	return err
}

// Hold is Visible that holds the record to the end of the transaction: what is pinned to
// it in there cannot come too late for a merge or for the bin.
func (s *Service) Hold(ctx context.Context, tx *store.Tx, as access.Actor, module string, record id.ID) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	ok, err := s.sees(ctx, tx, as, module, record, tx.Dialect().Pick("", " FOR UPDATE OF t"))
	if err == nil && !ok {
		return gone()
	}
	return err
}

// deletable lists the modules the badge may delete from.
func (s *Service) deletable(as access.Actor) []string {
	var out []string
	for _, m := range s.modules.All() {
		if as.Can(m.Name, access.Delete) {
			out = append(out, m.Name)
		}
	}
	return slices.Clip(out)
}
