package csvfile

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// Writer writes a file of rows: UTF-8 with the mark without which spreadsheets misread
// Japanese. What would be taken for a formula gets an apostrophe in front.
type Writer struct {
	out     io.Writer
	csv     *csv.Writer
	started bool
}

// NewWriter begins a file.
func NewWriter(w io.Writer) *Writer { return &Writer{out: w, csv: csv.NewWriter(w)} }

// Write adds a line.
func (w *Writer) Write(cells ...string) error {
	if !w.started {
		w.started = true
		if _, err := io.WriteString(w.out, "\uFEFF"); err != nil {
			return err
		}
	}
	safe := make([]string, len(cells))
	for i, c := range cells {
		if formula(c) {
			c = "'" + c
		}
		safe[i] = c
	}
	return w.csv.Write(safe)
}

// Flush writes out what is still held, and gives the first error there was.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// formula says whether a spreadsheet would compute the cell instead of showing it. Those
// in Japanese take the wide signs for the narrow ones.
func formula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first)
}
