//go:build unix

package store

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"musubi/internal/fault"
)

// lockPatience is how long a start waits for the process before it to end.
const lockPatience = 3 * time.Second

// lockFile takes the file for this process. The kernel gives it back however the
// process ends, so nothing is ever left behind.
func lockFile(ctx context.Context, path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.Internal(err)
	}
	for deadline := time.Now().Add(lockPatience); ; {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(fault.Internal(err), f.Close())
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			f.Close()
			return nil, fault.Conflict("fault.database_in_use").WithCode("database_in_use").
				Because(errors.New("another process has locked " + path))
		}
		time.Sleep(20 * time.Millisecond)
	}
}
