package field

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// digitRuns are numbers written in groups, as those of telephones are.
var digitRuns = regexp.MustCompile(`[0-9]+(?:[-() ]+[0-9]+)+`)

// folded folds text for searching: as names are, with katakana as hiragana and every
// dash alike.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'ァ' && r <= 'ヶ':
			return r - 'ァ' + 'ぁ'
		case r >= '\u2010' && r <= '\u2015' || r == '\u2212':
			return '-'
		}
		return r
	}, Fold(s))
}

// ideographic says whether words of the script are not set apart by spaces.
func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー' || r == '々'
}

// spaced keeps letters and numbers, with one space for whatever is between them. There
// is none between two ideographs: 山田 太郎 and 山田太郎 are one name.
func spaced(text string) string {
	var b strings.Builder
	var last rune
	gap := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			gap = true
			continue
		}
		if gap && last != 0 && !(ideographic(last) && ideographic(r)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last, gap = r, false
	}
	return b.String()
}

// SearchText folds one field's text to what the search compares: width, case, kana
// and punctuation do not matter. Grouped digits follow once more in one piece.
func SearchText(s string) string {
	s = folded(s)
	parts := []string{spaced(s)}
	for _, run := range digitRuns.FindAllString(s, -1) {
		parts = append(parts, digits(run))
	}
	return strings.Join(parts, "\n")
}

// SearchWords gives what a hit must contain: each word of what somebody typed, folded as
// SearchText does, in one of its forms. Grouped digits have two.
func SearchWords(text string) [][]string {
	var out [][]string
	for _, w := range strings.Fields(folded(text)) {
		word := spaced(w)
		switch {
		case word == "":
		case digitRuns.FindString(w) == w:
			out = append(out, []string{word, digits(w)})
		default:
			out = append(out, []string{word})
		}
	}
	return out
}

func digits(run string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, run)
}

// Gram is a piece of text the search index is asked for. Part says that it may be the
// beginning of a longer one.
type Gram struct {
	Text string
	Part bool
}

// maxGram bounds a word in the index, in bytes: an engine takes no key of any length.
const maxGram = 120

// Grams cuts folded text into what the search index holds: words, and of ideographs
// every pair of neighbours and the last one alone, so that names of one character are
// found by their beginning.
func Grams(text string) []string {
	var out []string
	for _, g := range grams(text, true) {
		out = append(out, g.Text)
	}
	return out
}

// QueryGrams cuts one folded word of what is looked for. Whatever holds the word has
// all of its grams, but not the other way round.
func QueryGrams(word string) []Gram { return grams(word, false) }

func grams(text string, last bool) []Gram {
	seen := map[string]bool{}
	var out []Gram
	add := func(g string, part bool) {
		for len(g) > maxGram {
			cut := maxGram
			for !utf8.RuneStart(g[cut]) {
				cut--
			}
			g, part = g[:cut], true
		}
		if g != "" && !seen[g] {
			seen[g] = true
			out = append(out, Gram{g, part})
		}
	}
	var word, run []rune
	flush := func() {
		add(string(word), true)
		for i := 0; i+1 < len(run); i++ {
			add(string(run[i:i+2]), false)
		}
		if len(run) == 1 || last && len(run) > 0 {
			add(string(run[len(run)-1:]), true)
		}
		word, run = word[:0], run[:0]
	}
	for _, r := range text {
		switch {
		case ideographic(r):
			if len(word) > 0 {
				flush()
			}
			run = append(run, r)
		case unicode.IsLetter(r), unicode.IsNumber(r):
			if len(run) > 0 {
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
