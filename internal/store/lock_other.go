//go:build !unix

package store

import (
	"context"
	"io"
)

// lockFile does nothing where flock is missing: there, one process per file is the
// operator's care.
func lockFile(context.Context, string) (io.Closer, error) { return io.NopCloser(nil), nil }
