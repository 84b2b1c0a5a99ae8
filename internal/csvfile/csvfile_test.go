package csvfile_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
)

func encoded(t *testing.T, text string, enc csvfile.Encoding) []byte {
	t.Helper()
	var out []byte
	var err error
	switch enc {
	case csvfile.CP932:
		out, err = japanese.ShiftJIS.NewEncoder().Bytes([]byte(text))
	case csvfile.UTF16:
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewEncoder().Bytes([]byte(text))
	default:
		out = []byte(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryEncodingReadsAlike(t *testing.T) {
	// Characters that plain Shift_JIS lacks and CP932 has: a circled one, a roman two, ㈱, 髙.
	const text = "会社名,備考\r\n㈱髙橋①,\"二行の\r\n備考Ⅱ\"\r\n\r\n,\r\n ソラ , \r\n"
	want := []csvfile.Row{{Line: 2, Cells: []string{"㈱髙橋①", "二行の\n備考Ⅱ"}}, {Line: 6, Cells: []string{"ソラ"}}}
	for _, enc := range []csvfile.Encoding{csvfile.UTF8, csvfile.CP932, csvfile.UTF16} {
		got, err := csvfile.Read(encoded(t, text, enc))
		if err != nil {
			t.Fatal(enc, err)
		}
		if diff := cmp.Diff(csvfile.Table{Encoding: enc, Header: []string{"会社名", "備考"}, Rows: want}, got); diff != "" {
			t.Error(enc, diff)
		}
	}
	marked, err := csvfile.Read([]byte("\ufeff" + text))
	if err != nil || marked.Header[0] != "会社名" {
		t.Errorf("with a mark: %q %v", marked.Header, err)
	}
}

func TestSeparators(t *testing.T) {
	for _, text := range []string{"a,b\n1,2", "a\tb\n1\t2", "a;b\n1;2", "\n\n\"a\",b\r\n1,2\r\n"} {
		got, err := csvfile.Read([]byte(text))
		if err != nil || !cmp.Equal(got.Header, []string{"a", "b"}) || !cmp.Equal(got.Rows[0].Cells, []string{"1", "2"}) {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
}

func TestWhatIsNoTableSaysWhatToDo(t *testing.T) {
	cases := map[string]struct{ data, key string }{
		"empty":         {"", "csvfile.empty"},
		"only commas":   {",,,\n,,\n", "csvfile.empty"},
		"a workbook":    {"PK\x03\x04rest", "csvfile.spreadsheet"},
		"an old one":    {"\xd0\xcf\x11\xe0rest", "csvfile.spreadsheet"},
		"a picture":     {"\x89PNG\r\n\x1a\n\x00\x00", "csvfile.encoding"},
		"NUL":           {"a,b\n1,\x002", "csvfile.encoding"},
		"half a letter": {"a,b\n\x83,\xff\xff", "csvfile.encoding"},
		"open quote":    {"a,b\n1,\"2\n3,4\n", "csvfile.quotes"},
		"a bare quote":  {"a,b\n1,2\"3\n", "csvfile.quotes"},
		"more cells":    {"a,b\n1,2,3\n", "csvfile.more_cells"},
		"a long cell":   {"a\n" + strings.Repeat("あ", csvfile.MaxCell+1), "csvfile.long_cell"},
		"too wide":      {strings.Repeat("a,", csvfile.MaxColumns) + "a\n", "csvfile.wide"},
		"too long":      {"a\n" + strings.Repeat("1\n", csvfile.MaxRows+1), "csvfile.long"},
		"too big":       {strings.Repeat("a", csvfile.MaxBytes+1), "csvfile.too_big"},
	}
	for name, c := range cases {
		_, err := csvfile.Read([]byte(c.data))
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestWhatWasWrittenReadsBack(t *testing.T) {
	rows := [][]string{{"名前", "式"}, {"a\"b", "=1+1"}, {"+81", "@SUM(A1)"}, {"-", "plain"}, {"x\ny", "\tz"}}
	var out bytes.Buffer
	w := csvfile.NewWriter(&out)
	for _, r := range rows {
		if err := w.Write(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimPrefix(out.String(), "\ufeff"), "\n") {
		for cell := range strings.SplitSeq(line, ",") {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("a spreadsheet would compute %q", cell)
			}
		}
	}
	got, err := csvfile.Read(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows[1:] {
		r[1] = strings.TrimSpace(r[1]) // space around a cell is not kept
		if diff := cmp.Diff(r, got.Rows[i].Cells); diff != "" {
			t.Error(diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2", "\xff\xfea\x00", "\x83\x5c,\"", "\"\"\"", "a;b\tc,d\r\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := csvfile.Read(data)
		if err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Fatal(err)
		}
		for _, r := range table.Rows {
			if len(r.Cells) == 0 || len(r.Cells) > len(table.Header) {
				t.Fatalf("%+v", r)
			}
		}
	})
}

// A line of nothing but separators is refused before it is taken apart: a file of twenty
// megabytes would become a gigabyte of cells.
func TestLineOfSeparatorsTakesNoMemory(t *testing.T) {
	for name, text := range map[string]string{
		"the heading": strings.Repeat(",", 8<<20), "a row": "a,b\n" + strings.Repeat(",", 8<<20), "behind quotes": "a,b\n\"\"\"\n,\"" + strings.Repeat(",", 8<<20),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := csvfile.Read([]byte(text))
		runtime.ReadMemStats(&after)
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 64 {
			t.Errorf("%s took %d MB", name, took)
		}
	}
	// A spreadsheet fills its lines up to its last column; what is quoted separates nothing.
	wide := "a,b\n1,2" + strings.Repeat(",", 16_382) + "\n3,\"" + strings.Repeat(",", 30_000) + "\"\n"
	if got, err := csvfile.Read([]byte(wide)); err != nil || len(got.Rows) != 2 || len(got.Rows[1].Cells[1]) != 30_000 {
		t.Errorf("a wide sheet: %d rows, %v", len(got.Rows), err)
	}
}

// What a spreadsheet in any language would compute gets its apostrophe, and loses it on
// the way back.
func TestFormulasOfAnyWidth(t *testing.T) {
	for _, cell := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)"} {
		var b bytes.Buffer
		out := csvfile.NewWriter(&b)
		if err := out.Write("a"); err != nil {
			t.Fatal(err)
		}
		if err := out.Write(cell); err != nil || out.Flush() != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "'"+cell) {
			t.Errorf("%q goes out as %q", cell, b.String())
		}
		if got, err := csvfile.Read(b.Bytes()); err != nil || got.Rows[0].Cells[0] != cell {
			t.Errorf("%q comes back as %+v, %v", cell, got.Rows, err)
		}
	}
}
