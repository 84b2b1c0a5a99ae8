// Package app puts the rooms together: the configuration, one wire file per
// room, and the program that runs them. It holds no rule. New opens and wires
// everything, Run serves until its context ends; apptest does the same on a
// free port for whole-program tests. Start reading at app.go.
package app
