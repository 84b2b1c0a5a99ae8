package locale

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // the one binary must know the zones on a bare machine

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"musubi/internal/fault"
)

// Args are the values a message names. A whole number called Count chooses the
// plural form; whole numbers are written with the separators of the language.
type Args = fault.Args

// The languages there are messages for.
const (
	Japanese = "ja"
	English  = "en"
)

// Localizer is one person's language and time zone. Make it with For.
type Localizer struct {
	Lang     string
	TimeZone string

	zone    *time.Location
	tag     language.Tag
	plain   map[string]string
	engine  *i18n.Localizer
	numbers *message.Printer
}

type contextKey struct{}

// made holds the localizers by language and zone; there are some hundred at most.
var made sync.Map

// For gives the localizer of a language and an IANA time zone. An unknown language
// is English, an unknown zone UTC.
func For(lang, timeZone string) *Localizer {
	if lang != Japanese {
		lang = English
	}
	key := lang + " " + timeZone
	if l, ok := made.Load(key); ok {
		return l.(*Localizer)
	}
	zone, err := time.LoadLocation(timeZone)
	if err != nil || timeZone == "" || timeZone == "Local" {
		zone = time.UTC
	}
	key = lang + " " + zone.String()
	tag := language.MustParse(lang)
	c := catalogue()
	l, _ := made.LoadOrStore(key, &Localizer{
		Lang: lang, TimeZone: zone.String(), zone: zone, tag: tag,
		plain: c.plain[lang], engine: i18n.NewLocalizer(c.bundle, lang), numbers: message.NewPrinter(tag),
	})
	return l.(*Localizer)
}

// With puts the localizer into the context.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From gives the localizer of the context, English in UTC when there is none.
func From(ctx context.Context) *Localizer {
	if l, ok := ctx.Value(contextKey{}).(*Localizer); ok && l != nil {
		return l
	}
	return For(English, "UTC")
}

// Zone is the time zone to compute in.
func (l *Localizer) Zone() *time.Location { return l.zone }

var matcher = language.NewMatcher([]language.Tag{language.English, language.Japanese})

// Match chooses the language for a browser's Accept-Language header.
func Match(acceptLanguage string) string {
	tag, _ := language.MatchStrings(matcher, acceptLanguage)
	if base, _ := tag.Base(); base.String() == Japanese {
		return Japanese
	}
	return English
}

// Known says whether there are messages in the language.
func Known(lang string) bool { return lang == Japanese || lang == English }

// KnownZone says whether the name is an IANA time zone.
func KnownZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
