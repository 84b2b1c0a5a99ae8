package mail

import (
	"strings"
	"unicode"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
)

// Tenant is the house a letter belongs to and whose administrators see it: one of the
// two, or neither for what concerns a person alone, which no outbox shows.
type Tenant struct{ Org, Portal id.ID }

// key is the tenant's column: ids are given out once, whatever they are for.
func (t Tenant) key() id.ID { return max(t.Org, t.Portal) }

// Address is who a letter goes to.
type Address struct{ Name, Email string }

// Action is the one link of a letter.
type Action struct {
	Label string // a locale key
	Path  string // below the base URL, beginning with a slash
}

// Attachment is a file that goes along.
type Attachment struct {
	Name string
	Type string // such as text/csv; empty is unknown
	Data []byte
}

// Letter is what to write.
type Letter struct {
	Tenant  Tenant
	To      Address
	Locale  string
	Subject string     // a locale key
	Lines   []string   // locale keys, one paragraph each
	Args    fault.Args // of the subject and all lines
	Action  Action
	// Attachments go along; keep them below a few megabytes.
	Attachments []Attachment
	// Unique keeps a second letter of the tenant with the same word unwritten.
	Unique string
	// Private says that the letter carries a one-time link. The outbox shows the letter
	// without it once a server carries letters, and it is forgotten when sent.
	Private bool
}

// written is a letter in words.
type written struct {
	subject string
	body    string // paragraphs, an empty line between
	label   string
	link    string
}

// write puts the letter into words.
func (l Letter) write(base string) written {
	words := locale.For(l.Locale, "UTC")
	args := make(fault.Args, len(l.Args))
	for name, v := range l.Args {
		if text, ok := v.(string); ok {
			v = oneLine(text, maxArg) // what people typed must not look like a paragraph of ours
		}
		args[name] = v
	}
	w := written{subject: oneLine(words.T(l.Subject, args), maxSubject)}
	for i, key := range l.Lines {
		if i > 0 {
			w.body += "\n\n"
		}
		w.body += words.T(key, args)
	}
	if l.Action.Path != "" {
		w.label, w.link = oneLine(words.T(l.Action.Label, args), maxArg), base+l.Action.Path
	}
	return w
}

const (
	maxArg     = 500
	maxSubject = 250
)

// oneLine makes text safe for a header: no control characters, at most so many runes.
func oneLine(s string, most int) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}
