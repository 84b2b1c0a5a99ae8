// Package shell is what every page shares: it adapts handlers that return an
// error, knows who is signed in and in which language and theme they read, puts
// pages into the frame with its navigation, and guards requests (rate, origin,
// headers, size). It knows no context: the navigation is handed in by app as
// functions and values, and the badge of the house a person is in travels as a
// value whose type only its pages know (see With, From, Enter).
//
// Start reading at shell.go; faults.go is the one place that turns a fault into
// a status.
package shell
