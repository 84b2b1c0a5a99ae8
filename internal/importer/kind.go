package importer

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/store"
)

// Kind is one thing that can be brought in. Open lets a user in to do it, or refuses;
// it is asked again before every chunk, so a right that was taken away ends a run.
type Kind struct {
	Name    string // as addresses spell it
	Title   string // locale key
	Columns []Column
	Options []Option
	Open    func(ctx context.Context, tenant, user id.ID) (Bringer, error)

	// Undo lets a user in to take back what came in. Without it NoUndo, a locale key, says
	// why that cannot be.
	Undo   func(ctx context.Context, tenant, user id.ID) (Undoer, error)
	NoUndo string
	// Oversees says whether a user looks after the imports of others; nil: nobody does.
	Oversees func(ctx context.Context, tenant, user id.ID) (bool, error)
	// Names gives the names of users, for whoever looks after their imports.
	Names func(ctx context.Context, tenant, user id.ID, of []id.ID) (map[id.ID]string, error)
}

// Column is a field a column of a file can become.
type Column struct {
	Field    string
	Label    string   // locale key
	Aliases  []string // locale keys of other headings, each a list separated by "/"
	Required bool
	Instead  string // the field that does as well, where it is required
	Example  string // locale key of what the template shows; none when empty
}

// Option is a choice for the whole file; On is what a new file begins with.
type Option struct {
	Name  string
	Label string // locale key
	Hint  string // locale key
	On    bool
}

// Bringer brings rows in, inside the importer's transaction. Bringing the same rows in
// twice must not make anything twice.
type Bringer interface {
	Bring(ctx context.Context, tx *store.Tx, rows []Row, options map[string]bool) ([]Outcome, error)
}

// Row is one line with its text by field; fields with no text are absent.
type Row struct {
	Line   int
	Values map[string]string
}

// Act says what became of a row.
type Act string

// The acts.
const (
	Created  Act = "created"
	Updated  Act = "updated"
	Found    Act = "found" // it was there already; nothing changed
	Rejected Act = "rejected"
)

// Outcome is what became of one row. Problems say why it was rejected; their names are
// fields of the kind, or empty for the row as a whole. Effects are what it did, where
// the kind can take it back.
type Outcome struct {
	Act      Act
	Problems []fault.Field
	Effects  []Effect
}

// Reject is the outcome of a row with one problem.
func Reject(name, key string, args ...fault.Args) Outcome {
	return Outcome{Act: Rejected, Problems: fault.Invalid("").Field(name, key, args...).Fields}
}

func (k Kind) column(name string) (Column, bool) {
	for _, c := range k.Columns {
		if c.Field == name {
			return c, true
		}
	}
	return Column{}, false
}

// match gives for each heading the field whose label, alias or name it is, in any of
// our languages; each field once.
func (k Kind) match(header []string) []string {
	known := map[string]string{}
	add := func(text, name string) {
		if key := heading(text); key != "" && known[key] == "" {
			known[key] = name
		}
	}
	langs := []*locale.Localizer{locale.For(locale.Japanese, ""), locale.For(locale.English, "")}
	for _, c := range k.Columns {
		add(c.Field, c.Field)
		for _, l := range langs {
			add(l.T(c.Label), c.Field)
		}
	}
	for _, c := range k.Columns { // after all labels: a label of one may be an alias of another
		for _, alias := range c.Aliases {
			for _, l := range langs {
				for text := range strings.SplitSeq(l.T(alias), "/") {
					add(text, c.Field)
				}
			}
		}
	}
	out, used := make([]string, len(header)), map[string]bool{}
	for i, h := range header {
		name := known[heading(h)]
		if name == "" { // a remark in brackets behind it: 電話番号 (必須)
			short, _, _ := strings.Cut(strings.NewReplacer("(", "(", "【", "(", "[", "(").Replace(h), "(")
			name = known[heading(short)]
		}
		if name != "" && !used[name] {
			out[i], used[name] = name, true
		}
	}
	return out
}

// heading folds a column's heading: width, case, spaces and marks do not count.
func heading(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, norm.NFKC.String(text))
}
