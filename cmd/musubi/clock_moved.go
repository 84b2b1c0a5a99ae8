//go:build musubi_clock

package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// clock goes ahead of the machine's time by as many seconds as the file named in
// MUSUBI_CLOCK_FILE says, read anew each time, so that a browser test can live through
// two weeks. It is in no program but one built with -tags musubi_clock.
func clock() func() time.Time {
	path := os.Getenv("MUSUBI_CLOCK_FILE")
	return func() time.Time {
		said, err := os.ReadFile(path)
		if err != nil {
			return time.Now()
		}
		seconds, err := strconv.ParseInt(strings.TrimSpace(string(said)), 10, 64)
		if err != nil {
			return time.Now()
		}
		return time.Now().Add(time.Duration(seconds) * time.Second)
	}
}
