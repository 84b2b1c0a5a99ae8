// Package id is the identity of every row: a positive integer below 2^53, so
// that clients which read JSON numbers as doubles keep it whole, written as a
// decimal string in JSON and URLs. Ids are no secret; rights never rest on them.
package id

import (
	"strconv"

	"musubi/internal/fault"
)

// ID identifies one row over the whole installation. Zero is "none".
type ID int64

// Max is the largest id ever given out.
const Max ID = 1<<53 - 1

// Parse reads a decimal id. It fails with a not-found fault, since an id that
// cannot exist names nothing.
func Parse(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || ID(n) > Max {
		return 0, fault.NotFound("fault.not_found")
	}
	return ID(n), nil
}

// String gives the decimal form.
func (i ID) String() string { return strconv.FormatInt(int64(i), 10) }

// MarshalText writes the decimal form, so JSON holds a string.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the decimal form; "0" and "" are none.
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 || string(b) == "0" {
		*i = 0
		return nil
	}
	n, err := Parse(string(b))
	*i = n
	return err
}
