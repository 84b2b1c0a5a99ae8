package main

type demoCmd struct {
	Accounts bool `help:"Print the demo sign-ins as JSON." default:"true"`
}

// Run prints the sign-ins.
func (demoCmd) Run() error { return nil }
