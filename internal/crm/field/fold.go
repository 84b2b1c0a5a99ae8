package field

import (
	"encoding/hex"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// fold brings spellings of one name together: compatibility forms (full and half
// width, ㈱), letter case. A Caser keeps state, so each call makes its own.
func fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }

// NameKey folds a company's name for matching: width, case, runs of space and
// punctuation. Legal forms stay, so 株式会社A and A differ.
func NameKey(name string) string {
	var b strings.Builder
	for _, r := range fold(name) {
		switch {
		case unicode.IsSpace(r), unicode.IsPunct(r) && r != '&', unicode.Is(unicode.Cf, r):
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// legalForms are what companies are by law, as NameKey leaves them, longest first.
var legalForms = []string{"一般社団法人", "一般財団法人", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "医療法人", "学校法人",
	"incorporated", "corporation", "company", "limited", "gmbh", "corp", "inc", "ltd", "llc", "co"}

// SuggestKey is NameKey without the legal form. It only serves suggestions.
func SuggestKey(name string) string {
	key := NameKey(name)
	// ㈱ and (株) are 株 at either end once folded; only with their bracket are they a form.
	flat := fold(name)
	for _, short := range []string{"(株)", "(有)", "(合)"} {
		if strings.Contains(flat, short) {
			key = NameKey(strings.ReplaceAll(flat, short, ""))
		}
	}
	for _, f := range legalForms {
		if rest := strings.TrimSuffix(strings.TrimPrefix(key, f), f); rest != key && rest != "" && (f[0] > 0x7f || !strings.HasPrefix(key, f)) {
			return rest
		}
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

// SearchText folds text for searching: as fold, with katakana as hiragana.
func SearchText(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, fold(s))
}

// ideographic says whether words of the script are not set apart by spaces.
func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー' || r == '々'
}

// Grams cuts folded text into what the search index holds: words, and for Japanese
// every pair of neighbours with the last one alone, so that names of one character
// are found by their beginning.
func Grams(text string) []string { return grams(text, true) }

// QueryGrams cuts what is looked for. Each gram is the beginning of an indexed one.
func QueryGrams(text string) []string { return grams(text, false) }

func grams(text string, last bool) []string {
	seen := map[string]bool{}
	var out []string
	add := func(g string) {
		if g != "" && !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	run := func(rs []rune) {
		for i := 0; i+1 < len(rs); i++ {
			add(string(rs[i : i+2]))
		}
		if len(rs) == 1 || last && len(rs) > 0 {
			add(string(rs[len(rs)-1:]))
		}
	}
	var word, cjk []rune
	flush := func() {
		add(string(word))
		run(cjk)
		word, cjk = word[:0], cjk[:0]
	}
	for _, r := range SearchText(text) {
		switch {
		case ideographic(r):
			if len(word) > 0 {
				flush()
			}
			cjk = append(cjk, r)
		case unicode.IsLetter(r), unicode.IsNumber(r):
			if len(cjk) > 0 {
				flush()
			}
			word = append(word, r)
		default:
			flush()
		}
	}
	flush()
	return out
}
