// Package killtest kills the program with SIGKILL while it registers users and
// associates clients, and compares what comes of it in the end with a run nobody
// disturbed. The child is this test program run again.
package killtest
