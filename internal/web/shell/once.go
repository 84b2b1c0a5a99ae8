package shell

import "crypto/rand"

// Once makes the token of a form that saves once, however often it is sent.
func Once() string { return rand.Text() }
