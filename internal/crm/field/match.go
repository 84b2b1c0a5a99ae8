package field

import (
	"net/url"
	"strings"
	"unicode"
)

// What companies are matched by beside their name, each folded to a key. An empty key
// matches nothing.

// How the legal form is read, at either end of a name.
var readForms = []string{"カブシキガイシャ", "カブシキカイシャ", "ユウゲンガイシャ", "ユウゲンカイシャ", "ゴウドウガイシャ", "ゴウドウカイシャ"}

// ReadingKey folds a フリガナ: as NameKey, hiragana as katakana, without the legal form.
func ReadingKey(kana string) string {
	key := strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ゖ' {
			return r + ('ァ' - 'ぁ')
		}
		return r
	}, NameKey(kana))
	for _, f := range readForms {
		if rest := strings.TrimSuffix(strings.TrimPrefix(key, f), f); rest != "" {
			key = rest
		}
	}
	return key
}

// everybodys are domains whose addresses say nothing of the company behind them.
var everybodys = map[string]bool{
	"gmail.com": true, "googlemail.com": true, "yahoo.com": true, "yahoo.co.jp": true, "ymail.ne.jp": true, "outlook.com": true, "outlook.jp": true,
	"hotmail.com": true, "hotmail.co.jp": true, "live.com": true, "live.jp": true, "msn.com": true, "icloud.com": true, "me.com": true, "mac.com": true,
	"aol.com": true, "gmx.com": true, "proton.me": true, "protonmail.com": true, "docomo.ne.jp": true, "ezweb.ne.jp": true, "au.com": true,
	"softbank.ne.jp": true, "i.softbank.jp": true, "ybb.ne.jp": true, "nifty.com": true, "biglobe.ne.jp": true, "so-net.ne.jp": true, "ocn.ne.jp": true,
	"plala.or.jp": true, "facebook.com": true, "x.com": true, "twitter.com": true, "instagram.com": true, "linkedin.com": true,
}

// DomainKey gives the domain of an e-mail address or of a website, without www; none
// for providers that serve everybody.
func DomainKey(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		text = text[at+1:]
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	host := strings.TrimSuffix(strings.TrimPrefix(u.Hostname(), "www."), ".")
	if !strings.Contains(host, ".") || strings.HasSuffix(host, ".") || everybodys[host] || len(host) > maxGram {
		return ""
	}
	return host
}

// leastPhone is how many digits make a number that could be a company's own.
const leastPhone = 9

// PhoneKey gives the digits of a number as it is dialled at home in Japan.
func PhoneKey(text string) string {
	folded := Fold(text)
	key := digits(folded)
	if strings.HasPrefix(strings.TrimSpace(folded), "+81") {
		key = "0" + strings.TrimPrefix(strings.TrimPrefix(key, "81"), "0")
	}
	if len(key) < leastPhone || len(key) > 15 {
		return ""
	}
	return key
}

// maxPieces bounds how many pieces of a name are kept.
const maxPieces = 40

// wideFrom is the first of the scripts whose single signs say much.
const wideFrom = 0x2e80

// Pieces cuts a folded name into what similar names are looked for by: two neighbouring
// signs of Chinese and Japanese writing, three letters of others, whose pairs would be
// in every name.
func Pieces(key string) []string {
	rs := []rune(key)
	seen := map[string]bool{}
	var out []string
	for i := range rs {
		n := 3
		if rs[i] >= wideFrom {
			n = 2
		}
		if i+n > len(rs) || len(out) == maxPieces {
			continue
		}
		if p := string(rs[i : i+n]); !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// Likeness compares two folded names by the pairs of neighbouring characters they
// share, 0 to 100.
func Likeness(a, b string) int {
	pairs := func(s string) map[string]int {
		out := map[string]int{}
		rs := []rune(s)
		for i := 0; i+1 < len(rs); i++ {
			out[string(rs[i:i+2])]++
		}
		return out
	}
	if a == b && a != "" {
		return 100
	}
	x, y := pairs(a), pairs(b)
	shared, all := 0, 0
	for p, n := range x {
		shared += min(n, y[p])
		all += n
	}
	for _, n := range y {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 200 * shared / all
}

// Kana says whether text is written in kana alone, as a フリガナ is.
func Kana(text string) bool {
	some := false
	for _, r := range NameKey(text) {
		if !unicode.In(r, unicode.Katakana, unicode.Hiragana) && r != 'ー' {
			return false
		}
		some = true
	}
	return some
}

// What a key of the match index stands for is its first letter.
const (
	MatchPiece   = "g"
	MatchReading = "r"
	MatchSite    = "w"
	MatchMail    = "e"
	MatchPhone   = "p"
)

func matchKey(kind, key string) string {
	if key == "" {
		return ""
	}
	return kind + ":" + key
}

// ReadingMatch is the key of a フリガナ in the match index.
func ReadingMatch(kana string) string { return matchKey(MatchReading, ReadingKey(kana)) }

// SiteMatch is the key of a company's website.
func SiteMatch(text string) string { return matchKey(MatchSite, DomainKey(text)) }

// MailMatch is the key of the domain of somebody's address.
func MailMatch(text string) string { return matchKey(MatchMail, DomainKey(text)) }

// PhoneMatch is the key of a company's number.
func PhoneMatch(text string) string { return matchKey(MatchPhone, PhoneKey(text)) }

// PieceMatches are the keys of the pieces of a folded name.
func PieceMatches(name string) []string {
	out := Pieces(name)
	for i, p := range out {
		out[i] = matchKey(MatchPiece, p)
	}
	return out
}
