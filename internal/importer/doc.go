// Package importer brings tables into the program: a file is uploaded, its columns are
// matched with fields by their headings, the person looks at what comes of it, and a
// job brings the rows in, a chunk at a time, each in one transaction with the mark of
// how far it came. Lines that cannot come in are kept with their reason and given back
// as a file. What the rows become is the business of a Kind; this room knows none.
package importer
