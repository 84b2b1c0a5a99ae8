package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// startPatience covers initdb and the start on a busy machine.
const startPatience = 90 * time.Second

// joined keeps the shared lock for the life of the process; the kernel gives it back.
var joined struct {
	once sync.Once
	use  *os.File
	url  string
	err  error
}

// URL gives the address of the cluster's maintenance database, starting the cluster
// when none runs. The process counts as a user from then until it ends.
func URL() (string, error) {
	joined.once.Do(func() { joined.url, joined.use, joined.err = join() })
	return joined.url, joined.err
}

// home is the folder that all processes of the user agree on.
func home() string {
	return filepath.Join(os.TempDir(), "musubi-postgres-"+strconv.Itoa(os.Getuid()))
}

// join takes the gate (one process starts at a time), then the shared lock, then
// looks whether a keeper lives; if not it starts one. Two locks, because with one
// the second process would wait for the first to end.
func join() (string, *os.File, error) {
	if _, err := binaries(); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(home(), 0o711); err != nil {
		return "", nil, err
	}
	gate, err := lock("gate", syscall.LOCK_EX)
	if err != nil {
		return "", nil, err
	}
	defer gate.Close()
	use, err := lock("use", syscall.LOCK_SH)
	if err != nil {
		return "", nil, err
	}
	url, err := ensureKeeper()
	if err != nil {
		return "", nil, errors.Join(err, use.Close())
	}
	return url, use, nil
}

// ensureKeeper gives the address a living keeper has written, or starts one. A keeper
// that just stopped its server still holds its lock for a moment, and one that was
// killed never writes: so as long as there is no address, the lock is tried again.
func ensureKeeper() (string, error) {
	for deadline := time.Now().Add(startPatience); time.Now().Before(deadline); time.Sleep(pause) {
		keeper, err := lock("keeper", syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			sweep()
			if err := keeper.Close(); err != nil {
				return "", err
			}
			return startKeeper()
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return "", err
		}
		if url := published(); url != "" {
			return url, nil
		}
	}
	return "", errLate()
}

// pause is how long to wait before looking again.
const pause = 20 * time.Millisecond

func startKeeper() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(home(), "keeper.log"))
	if err != nil {
		return "", err
	}
	defer log.Close()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), keeperVariable+"=1")
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C for the tests is not for the keeper
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(startPatience); time.Now().Before(deadline); {
		if url := published(); url != "" {
			return url, nil
		}
		select {
		case err := <-ended:
			said, _ := os.ReadFile(filepath.Join(home(), "keeper.log"))
			return "", fmt.Errorf("the PostgreSQL keeper ended: %w\n%s", errors.Join(err, errors.New("no address")), said)
		case <-time.After(pause):
		}
	}
	return "", errLate()
}

// published is the address the keeper wrote, "" before it did.
func published() string {
	url, err := os.ReadFile(filepath.Join(home(), "url"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(url))
}

func errLate() error {
	return fmt.Errorf("PostgreSQL did not start within %s; see %s", startPatience, home())
}

// lock opens and locks one of the files; the caller closes it to let go.
func lock(name string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(home(), name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, f.Close())
		}
	}
}
