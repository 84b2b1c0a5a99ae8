// Package killtest kills the program with SIGKILL in the middle of long work: while it
// registers users and associates clients, makes projects and keeps tasks the same, takes
// an import back, loads an archive. What comes of it in the end must be what comes of it
// undisturbed. The child is this test program run again.
package killtest
