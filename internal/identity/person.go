package identity

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Limits of what people type, in characters.
const (
	MaxEmail    = 254
	MaxName     = 100
	MinPassword = 10
	MaxPassword = 200
)

// Person is the badge of somebody signed in. Only signing in and a valid session
// make one; the zero value is nobody.
type Person struct {
	id       id.ID
	email    string
	name     string
	locale   string
	timeZone string
	theme    string
	epoch    int64
}

// ID gives the person's id; zero for nobody.
func (p Person) ID() id.ID { return p.id }

// Email gives the address the person signs in with.
func (p Person) Email() string { return p.email }

// Name gives the person's name.
func (p Person) Name() string { return p.name }

// Locale gives the person's language, "ja" or "en".
func (p Person) Locale() string { return p.locale }

// TimeZone gives the person's time zone by its IANA name.
func (p Person) TimeZone() string { return p.timeZone }

// Theme gives "light", "dark" or "" for the device's own.
func (p Person) Theme() string { return p.theme }

// Nobody says whether this is the zero badge.
func (p Person) Nobody() bool { return p.id == 0 }

// Require refuses nobody as unauthenticated.
func (p Person) Require() error {
	if p.id == 0 {
		return fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
	}
	return nil
}

// Profile is what others may know of a person. It is no badge.
type Profile struct {
	ID       id.ID
	Email    string
	Name     string
	Locale   string
	TimeZone string
	Accepted bool // has a password, so can sign in
	Active   bool // was not shut out of the installation
}

// EmailKey folds an address so that spellings of the same one compare equal.
func EmailKey(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
}

// CheckEmail refuses what cannot be an address, naming the field.
func CheckEmail(bad *fault.Error, field, email string) {
	email = strings.TrimSpace(email)
	at := strings.LastIndexByte(email, '@')
	switch {
	case email == "":
		bad.Field(field, "identity.email.required")
	case len(email) > MaxEmail, at < 1, at == len(email)-1, strings.ContainsAny(email, " \t\r\n<>(),;:\"\\"),
		strings.Count(email, "@") != 1, !utf8.ValidString(email), strings.ContainsRune(email, 0):
		bad.Field(field, "identity.email.invalid")
	}
}

// CheckName refuses an empty or too long name, naming the field.
func CheckName(bad *fault.Error, field, name string) {
	switch n := utf8.RuneCountInString(strings.TrimSpace(name)); {
	case n == 0:
		bad.Field(field, "identity.name.required")
	case n > MaxName:
		bad.Field(field, "identity.name.long", fault.Args{"Max": MaxName})
	}
}
