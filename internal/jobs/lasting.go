package jobs

import "strings"

// Lasting says of a table whether the queue needs its rows although there are no jobs:
// what River knows of its schema and of running programs.
func Lasting(table string) bool {
	return strings.HasPrefix(table, "river_") && table != "river_job"
}
