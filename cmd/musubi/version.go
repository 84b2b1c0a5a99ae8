package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version and what it was built from.
func (versionCmd) Run() error {
	commit, when := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.time":
				when = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(os.Stdout, "musubi %s %s %s %s %s/%s\n", version, commit, when, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
