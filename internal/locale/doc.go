// Package locale puts keys into a person's words: Japanese and English, with the
// person's time zone, numbers, money and dates. The messages are flat JSON files in
// messages/, one pair per area, checked by this package's test: the same keys and
// placeholders in both languages, none missing, none unused. Start at locale.go.
package locale
