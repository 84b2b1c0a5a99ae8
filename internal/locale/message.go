package locale

import (
	"context"
	"embed"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages/*.json
var files embed.FS

// messages is everything that can be said.
type messages struct {
	bundle *i18n.Bundle
	plain  map[string]map[string]string // language → key → text without placeholders or plurals
	known  map[string]map[string]bool   // language → key
}

var catalogue = sync.OnceValue(load)

// load reads all files. A file that does not parse is left out and logged, so that
// one mistake shows as missing words; the test refuses it.
func load() *messages {
	c := &messages{bundle: i18n.NewBundle(language.English), plain: map[string]map[string]string{}, known: map[string]map[string]bool{}}
	entries, err := files.ReadDir("messages")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, lang := range []string{English, Japanese} {
		c.plain[lang], c.known[lang] = map[string]string{}, map[string]bool{}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), "."+lang+".json") {
				continue
			}
			if err := c.add(lang, e.Name()); err != nil {
				slog.Error("messages left out", "file", e.Name(), "error", err)
			}
		}
	}
	return c
}

func (c *messages) add(lang, name string) error {
	text, err := files.ReadFile("messages/" + name)
	if err != nil {
		return err
	}
	parsed, err := c.bundle.ParseMessageBytes(language.MustParse(lang), text, json.Unmarshal)
	if err != nil {
		return err
	}
	for _, m := range parsed {
		c.known[lang][m.ID] = true
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			c.plain[lang][m.ID] = m.Other
		}
	}
	return nil
}

// T gives the message of the key in the language of the context. A key without a
// message comes back as it is.
func T(ctx context.Context, key string, args ...Args) string { return From(ctx).T(key, args...) }

// T gives the message of the key.
func (l *Localizer) T(key string, args ...Args) string {
	if text, ok := l.plain[key]; ok {
		return text
	}
	config := i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		shown := make(Args, len(args[0]))
		for name, v := range args[0] {
			n, whole := wholeNumber(v)
			if !whole {
				shown[name] = v
				continue
			}
			shown[name] = l.Number(n)
			if name == "Count" {
				config.PluralCount = n
			}
		}
		config.TemplateData = map[string]any(shown)
	}
	text, err := l.engine.Localize(&config)
	if text == "" || (err != nil && !l.Has(key)) {
		return key
	}
	return text
}

// Has says whether the language of the localizer has a message for the key.
func (l *Localizer) Has(key string) bool { return catalogue().known[l.Lang][key] }

// Dynamic registers a prefix of keys that are put together at run time, for the test
// that looks for unused keys; it gives the prefix back.
func Dynamic(prefix string) string { return prefix }

// wholeNumber takes the numbers that stand for amounts of things. Other integer
// types, such as ids, are written as they are; a float64 is what JSON makes of one.
func wholeNumber(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		if n == float64(int64(n)) {
			return int64(n), true
		}
	}
	return 0, false
}
