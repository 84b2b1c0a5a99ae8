package mail

import (
	"strings"

	"musubi/internal/locale"
)

func (m outgoing) footer() string { return locale.For(m.Locale, "UTC").T("mail.letter.footer") }

func (m outgoing) paragraphs() []string { return strings.Split(m.body, "\n\n") }

// text is the letter for readers without HTML.
func (m outgoing) text() string {
	parts := []string{m.body}
	if m.link != "" {
		parts = append(parts, m.label+"\n"+m.link)
	}
	return strings.Join(append(parts, "-- \n"+m.footer()), "\n\n") + "\n"
}
