package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"musubi/internal/fault"
)

// The cost of argon2id, as OWASP's password storage sheet advises for it: two
// passes over 19 MiB on one lane.
const (
	argonTime   = 2
	argonMemory = 19 * 1024 // KiB
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// hashing bounds how many hashes are made at once, and so the memory they take.
var hashing = make(chan struct{}, 4)

// dummyHash is verified when nobody has the address, so that the answer takes as long.
var dummyHash = mustHash("no one's password")

// common are passwords everybody tries first, of those that are long enough.
var common = map[string]bool{
	"1234567890": true, "0123456789": true, "passwordpassword": true, "password12": true, "password123": true,
	"password1234": true, "qwertyuiop": true, "qwerty12345": true, "1q2w3e4r5t": true, "abcdefghij": true,
	"letmein123": true, "iloveyou123": true, "administrator": true, "1111111111": true, "0000000000": true,
	"aaaaaaaaaa": true, "asdfghjkl;": true, "zaq12wsxcde3": true, "changeme123": true, "musubimusubi": true,
}

// CheckPassword refuses a password that is too short, too long, on everybody's list,
// or the address itself, naming the field.
func CheckPassword(bad *fault.Error, field, password, email string) {
	low := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		bad.Field(field, "identity.password.short", fault.Args{"Min": MinPassword})
	case n > MaxPassword:
		bad.Field(field, "identity.password.long", fault.Args{"Max": MaxPassword})
	case common[low], fewRunes(low), email != "" && low == EmailKey(email):
		bad.Field(field, "identity.password.common")
	}
}

// fewRunes finds passwords of one or two characters repeated.
func fewRunes(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < 3
}

func mustHash(password string) string {
	h, err := hash(context.Background(), password)
	if err != nil {
		panic(err)
	}
	return h
}

// hash makes the PHC string of a password.
func hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt)
	key, err := derive(ctx, password, salt, argonTime, argonMemory, argonLanes)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc(salt), enc(key)), nil
}

func derive(ctx context.Context, password string, salt []byte, time, memory uint32, lanes uint8) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, fault.New(fault.KindUnavailable, "fault.unavailable").Because(ctx.Err())
	}
	return argon2.IDKey([]byte(password), salt, time, memory, lanes, argonKey), nil
}

// verify says whether the password is the one behind the PHC string, and whether the
// string was made at another cost and should be made anew.
func verify(ctx context.Context, phc, password string) (ok, outdated bool, err error) {
	var version int
	var memory, time uint32
	var lanes uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, nil
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false, nil
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); err != nil {
		return false, false, nil
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) != argonKey {
		return false, false, nil
	}
	got, err := derive(ctx, password, salt, time, memory, lanes)
	if err != nil {
		return false, false, err
	}
	outdated = memory != argonMemory || time != argonTime || lanes != argonLanes
	return subtle.ConstantTimeCompare(got, want) == 1, outdated, nil
}
