package work

import (
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// markup is how rich text betrays itself; anything else is plain text.
var markup = regexp.MustCompile(`<[A-Za-z/!][^<>]*>`)

// policy is what rich text may hold: formatting, lists, tables and links. No images:
// a page asks no third party for anything.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code",
		"b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "span")
	p.AllowLists()
	p.AllowTables()
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// rich makes the HTML that is stored of what a person typed: rich text is
// sanitised, plain text escaped with its line ends kept.
func rich(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if markup.MatchString(s) {
		return strings.TrimSpace(policy.Sanitize(s))
	}
	return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>")
}

var (
	breaks = regexp.MustCompile(`(?i)<br\s*/?>|</(p|div|li|h[1-6]|tr|blockquote)>`)
	tags   = regexp.MustCompile(`<[^>]*>`)
)

// Plain gives stored rich text as plain text, for a plain text box. Text that was
// typed plain comes back as it was typed.
func Plain(rich string) string {
	s := breaks.ReplaceAllString(rich, "\n")
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(s, "")))
}
