package ui

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"
)

// Tone colours a badge, alert or banner by what it means.
type Tone string

// The tones. The zero value is neutral.
const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	Success Tone = "success"
	Warning Tone = "warning"
	Danger  Tone = "danger"
)

func (t Tone) class(prefix string) string {
	if t == "" {
		t = Neutral
	}
	return prefix + string(t)
}

//icons: circle-check alert-triangle alert-circle info-circle

func (t Tone) icon() string {
	switch t {
	case Success:
		return "circle-check"
	case Warning:
		return "alert-triangle"
	case Danger:
		return "alert-circle"
	}
	return "info-circle"
}

// Text is a plain text as a component; it is escaped.
type Text string

// Render writes the escaped text.
func (t Text) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, templ.EscapeString(string(t)))
	return err
}

// Link is a labelled address: a breadcrumb, a tab, a menu entry. Current marks
// where the person is.
type Link struct {
	Label   string
	URL     string
	Icon    string
	Current bool
	Count   string // shown behind the label as a small badge; empty shows none
}

// Hidden is a form value the person does not see.
type Hidden struct{ Name, Value string }

// Group shows components one after the other.
type Group []templ.Component

// Render writes each component in turn.
func (g Group) Render(ctx context.Context, w io.Writer) error {
	for _, c := range g {
		if c == nil {
			continue
		}
		if err := c.Render(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// URL builds an address from a path and query pairs; pairs with an empty value
// are left out.
func URL(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// fieldID makes the id of a control from its name.
func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
}

func classes(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
