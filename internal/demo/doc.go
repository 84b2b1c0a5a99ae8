// Package demo fills an empty installation with two organisations and two portals that
// look like a real company's: one organisation that has not joined a portal yet, so
// that the set-up can be walked through, and one on its trial that has. The data stands
// in data/*.csv. Start at demo.go.
package demo
