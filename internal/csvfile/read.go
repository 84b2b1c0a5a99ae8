package csvfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"musubi/internal/fault"
)

// What one file may hold.
const (
	MaxBytes   = 20 << 20
	MaxRows    = 100_000
	MaxColumns = 200
	MaxCell    = 40_000 // characters

	// maxSeparators is more than the widest sheet has, which may end in empty columns.
	maxSeparators = 20_000
)

// Encoding names how a file's characters are written.
type Encoding string

// The encodings read.
const (
	UTF8  Encoding = "utf-8"
	UTF16 Encoding = "utf-16"
	CP932 Encoding = "cp932" // what Windows calls Shift_JIS
)

// Table is a file with its first line apart from the others.
type Table struct {
	Encoding Encoding
	Header   []string
	Rows     []Row
}

// Row is one line that holds anything. Its cells are as many as the header's at most.
type Row struct {
	Line  int // in the file, from 1
	Cells []string
}

// Read reads a whole file. What is no table comes back as an invalid fault that says
// what to do.
func Read(data []byte) (Table, error) {
	if len(data) > MaxBytes {
		return Table{}, fault.Invalid("csvfile.too_big").With("Megabytes", MaxBytes>>20)
	}
	text, enc, err := decode(data)
	if err != nil {
		return Table{}, err
	}
	out := Table{Encoding: enc}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = separator(text)
	if tooWide(text, in.Comma) {
		return Table{}, fault.Invalid("csvfile.wide").With("Limit", MaxColumns)
	}
	in.FieldsPerRecord = -1
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, broken(err)
		}
		line, _ := in.FieldPos(0)
		if err := out.add(line, cells); err != nil {
			return Table{}, err
		}
	}
	if len(out.Header) == 0 {
		return Table{}, fault.Invalid("csvfile.empty")
	}
	return out, nil
}

// add takes a line in: the first that holds anything is the header.
func (t *Table) add(line int, cells []string) error {
	last := 0
	for i, c := range cells {
		c = plain(c)
		if cells[i] = c; c != "" {
			last = i + 1
		}
		if len(c) > MaxCell && utf8.RuneCountInString(c) > MaxCell {
			return fault.Invalid("csvfile.long_cell").With("Line", line).With("Limit", MaxCell)
		}
	}
	cells = cells[:last]
	switch {
	case last == 0:
	case t.Header == nil:
		if last > MaxColumns {
			return fault.Invalid("csvfile.wide").With("Limit", MaxColumns)
		}
		t.Header = cells
	case last > len(t.Header):
		return fault.Invalid("csvfile.more_cells").With("Line", line)
	case len(t.Rows) == MaxRows:
		return fault.Invalid("csvfile.long").With("Limit", MaxRows)
	default:
		t.Rows = append(t.Rows, Row{Line: line, Cells: cells})
	}
	return nil
}

// decode gives the text of a file, whichever way it is written. Text that is valid
// UTF-8 is never CP932 by accident: the bytes of one are no sentence of the other.
func decode(data []byte) (string, Encoding, error) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", "", fault.Invalid("csvfile.spreadsheet")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", "", fault.Invalid("csvfile.encoding").Because(err)
		}
		return checked(out, UTF16)
	case utf8.Valid(data):
		return checked(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), UTF8)
	}
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
	if err != nil {
		return "", "", fault.Invalid("csvfile.encoding").Because(err)
	}
	return checked(out, CP932)
}

func checked(text []byte, enc Encoding) (string, Encoding, error) {
	if bytes.ContainsRune(text, 0) || (enc != UTF8 && bytes.ContainsRune(text, utf8.RuneError)) {
		return "", "", fault.Invalid("csvfile.encoding")
	}
	return string(text), enc, nil
}

// separator finds what stands between the cells of the first line.
func separator(text string) rune {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best, most := ',', 0
	quoted := false
	counts := map[rune]int{}
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			counts[c]++
		}
	}
	for _, c := range ",\t;" {
		if counts[c] > most {
			best, most = c, counts[c]
		}
	}
	return best
}

// tooWide says whether a line has more separators than the widest sheet has columns. The
// reader would make a cell of what is between any two of them before anybody looked.
func tooWide(text string, comma rune) bool {
	quoted, n := false, 0
	for i := range len(text) { // separators, quotes and line ends are single bytes
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			n = 0
		case c == byte(comma):
			if n++; n > maxSeparators {
				return true
			}
		}
	}
	return false
}

// plain takes the space around a cell off, what no text holds, and the apostrophe that
// Write and spreadsheets put before what looks like a formula.
func plain(cell string) string {
	cell = strings.TrimSpace(strings.Map(func(c rune) rune {
		if (c < ' ' && c != '\n' && c != '\t') || c == 0x7f || c == utf8.RuneError {
			return -1
		}
		return c
	}, cell))
	if len(cell) > 1 && cell[0] == '\'' && formula(cell[1:]) {
		return strings.TrimSpace(cell[1:])
	}
	return cell
}

func broken(err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fault.Invalid("csvfile.quotes").With("Line", at.StartLine).Because(err)
	}
	return fault.Invalid("csvfile.encoding").Because(err)
}
