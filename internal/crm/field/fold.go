package field

import (
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Fold brings spellings of one name together: compatibility forms (full and half
// width, ㈱), letter case. A Caser keeps state, so each call makes its own.
func Fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }

// NameKey folds a company's name for matching: width, case, runs of space and
// punctuation. Legal forms stay, so 株式会社A and A differ.
func NameKey(name string) string {
	var b strings.Builder
	for _, r := range Fold(name) {
		switch {
		case unicode.IsSpace(r), unicode.IsPunct(r) && r != '&', unicode.Is(unicode.Cf, r):
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// What companies are by law: written before or after the name in Japanese, as the last
// words elsewhere, and in short within brackets (which is also what ㈱ folds to).
var (
	japaneseForms = []string{"一般社団法人", "一般財団法人", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "医療法人", "学校法人"}
	lastWords     = []string{"incorporated", "corporation", "company", "limited", "gmbh", "corp", "inc", "ltd", "llc", "co"}
	shortForms    = strings.NewReplacer("(株)", " ", "(有)", " ", "(合)", " ")
)

// SuggestKey is NameKey without the legal form. It only serves suggestions.
func SuggestKey(name string) string {
	words := strings.FieldsFunc(shortForms.Replace(Fold(name)), func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == ',' })
	for len(words) > 1 && slices.Contains(lastWords, words[len(words)-1]) {
		words = words[:len(words)-1] // "Co., Ltd." is two of them
	}
	key := NameKey(strings.Join(words, " "))
	for _, f := range japaneseForms {
		if rest := strings.TrimSuffix(strings.TrimPrefix(key, f), f); rest != "" {
			key = rest
		}
	}
	if key == "" {
		return NameKey(name)
	}
	return key
}

// maxSort bounds a sort key, in bytes before it is written as hex.
const maxSort = 120

type sorter struct {
	c *collate.Collator
	b *collate.Buffer
}

var sorters = sync.Pool{New: func() any {
	return &sorter{collate.New(language.Japanese, collate.IgnoreCase, collate.IgnoreWidth), &collate.Buffer{}}
}}

// SortKey gives text by which both engines sort names alike: the reading where one
// is given, else the name, by the collation of Japanese.
func SortKey(name, reading string) string {
	if reading != "" {
		name = reading
	}
	s := sorters.Get().(*sorter)
	defer sorters.Put(s)
	s.b.Reset()
	key := s.c.KeyFromString(s.b, norm.NFKC.String(name))
	return hex.EncodeToString(key[:min(len(key), maxSort)])
}
