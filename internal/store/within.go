package store

import "musubi/internal/id"

// WithinTexts gives the condition that column is one of the texts, bound as one
// parameter. On PostgreSQL it is an array comparison, which an index serves even on a
// table without statistics, where IN of a subquery may be joined row by row.
func (b *Builder) WithinTexts(column string, texts []string) string {
	return b.within(column, b.Texts(texts))
}

// WithinIDs is WithinTexts for ids.
func (b *Builder) WithinIDs(column string, ids []id.ID) string {
	return b.within(column, b.IDs(ids))
}

func (b *Builder) within(column, list string) string {
	return b.dialect.Pick(column+" IN "+list, column+" = ANY(ARRAY"+list+")")
}
