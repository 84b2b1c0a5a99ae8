package main

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"
)

// Names are made from their number alone, so every run has the same data. What a
// client is stands in its number modulo 100:
//
//	 0–69  matches one account; spelt otherwise (width, case, punctuation) in half
//	70–75  ambiguous: two accounts bear the name
//	76–85  (株) on one side, 株式会社 on the other: no match by rule
//	86–89  a second client of the account that client i-20 matches
//	90–99  nobody knows it
const cycle = 100

var (
	stems = []string{"青空", "みなと", "さくら", "東雲", "富士見", "ひかり", "千歳", "北斗", "緑川", "白鷺"}
	words = []string{"Blue Fern", "Harbour", "Northwind", "Evergreen", "Silver Oak", "Redstone", "Clearwater", "Maple", "Granite", "Lakeside"}
	lines = []string{"商事", "工業", "システム", "フーズ", "物流", "デザイン", "建設", "テクノ", "メディア", "企画"}
	trade = []string{"Trading", "Industries", "Systems", "Foods", "Logistics", "Design", "Builders", "Tech", "Media", "Planning"}
)

// name is the n-th company's name, Japanese and English in turn.
func name(n int) string {
	if n%2 == 0 {
		return fmt.Sprintf("株式会社%s%s%d", stems[n/2%10], lines[n/20%10], n)
	}
	return fmt.Sprintf("%s %s %d Ltd.", words[n/2%10], trade[n/20%10], n)
}

// respelt writes a name as another person would: it folds to the same key.
func respelt(s string, n int) string {
	switch n % 6 {
	case 0:
		return width.Widen.String(s)
	case 1:
		return strings.ToUpper(s)
	case 2:
		return strings.ReplaceAll(s, " ", "・")
	}
	return s
}

// accountName is the name of the i-th account: the first ones are those of clients.
func accountName(i, clients int) string {
	n := i % clients
	switch kind := n % cycle; {
	case i < clients && kind < 76:
		return name(n)
	case i < clients && kind < 86:
		return strings.Replace(name(n), "株式会社", "(株)", 1)
	case i < 2*clients && kind >= 70 && kind < 76:
		return name(n) // the namesake
	}
	return name(i + 10*clients)
}

func clientName(i int) string {
	switch kind := i % cycle; {
	case kind < 70:
		return respelt(name(i), i)
	case kind >= 76 && kind < 86:
		return strings.Replace(name(i), " Ltd.", " Limited", 1)
	case kind >= 86 && kind < 90:
		return name(i-20) + "。" // folds as the account of that client does
	}
	return name(i)
}

// usersOf says how many users a client has: two and one in turn.
func usersOf(i int) int { return 2 - i%2 }

func userEmail(client, n int) string {
	return fmt.Sprintf("person%d.%d@client%d.example", client, n, client)
}

func userName(client, n int) string {
	if client%2 == 0 {
		return fmt.Sprintf("%s 太郎%d", []string{"佐藤", "鈴木", "高橋", "田中"}[(client+n)%4], client)
	}
	return fmt.Sprintf("Alex%d %s", client, []string{"Carter", "Nguyen", "Meyer", "Rossi"}[(client+n)%4])
}

// contactsOf says which contacts the organisation has already for a client's first
// user: none, one in the account, one elsewhere, or the address twice.
func contactsOf(client int) (own, elsewhere int) {
	switch client / cycle % 10 {
	case 0, 1, 2:
		return 1, 0
	case 3:
		return 0, 1
	case 4:
		return 0, 2 // the doubled address
	}
	return 0, 0
}
