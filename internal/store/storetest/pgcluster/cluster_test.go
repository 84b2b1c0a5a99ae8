package pgcluster

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// A keeper lets go of the gate a moment before its own lock. Who comes in between
// must not wait for an address that this keeper will never write again.
func TestWhoComesWhileAKeeperLeavesStartsAnother(t *testing.T) {
	if _, err := binaries(); errors.Is(err, ErrAbsent) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("PostgreSQL is required when CI=true: %v", err)
		}
		t.Skipf("SKIP-POSTGRES: this test did NOT run on PostgreSQL: %v", err)
	}
	folder, err := os.MkdirTemp("", "pgcluster")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o711); err != nil { // the server may run as another user
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", folder)
	if err := os.MkdirAll(home(), 0o711); err != nil {
		t.Fatal(err)
	}
	leaving, err := lock("keeper", syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { leaving.Close() })
	url, use, err := join()
	if err != nil {
		t.Fatal(err)
	}
	if url == "" {
		t.Error("joined a cluster without an address")
	}
	use.Close()
	// The keeper takes its files with it, and only then lets go.
	gone, err := lock("keeper", syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if published() != "" {
		t.Error("the address outlived its server")
	}
}
