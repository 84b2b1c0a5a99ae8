package main

import (
	"encoding/json"
	"os"

	"musubi/internal/demo"
)

type demoCmd struct {
	Accounts bool `help:"Print the demo sign-ins as JSON." default:"true"`
}

// Run prints the sign-ins.
func (demoCmd) Run() error {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(demo.Accounts())
}
