//go:build !musubi_clock

package main

import "time"

// clock is nil: the program goes by the machine's time and nothing can move it.
func clock() func() time.Time { return nil }
