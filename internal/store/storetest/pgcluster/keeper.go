package pgcluster

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const keeperVariable = "MUSUBI_POSTGRES_KEEPER"

// linger lets the next test package join instead of starting anew.
const linger = 3 * time.Second

// A program that imports this package becomes the keeper when the variable is set.
func init() {
	if os.Getenv(keeperVariable) == "" {
		return
	}
	if err := keep(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// keep owns the server until nobody uses it.
func keep() error {
	own, err := lock("keeper", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return fmt.Errorf("another keeper lives: %w", err)
	}
	defer own.Close()
	server, url, err := start()
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { server.Wait(); close(ended) }()
	if err := publish(url); err != nil {
		return errors.Join(err, stop(server, ended))
	}
	for {
		select {
		case <-ended: // somebody killed it; the next user starts another
			sweep()
			return errors.New("the server ended by itself")
		case <-time.After(linger):
		}
		done, err := closeIfIdle(server, ended)
		if done || err != nil {
			return err
		}
	}
}

// closeIfIdle stops the server when it gets both locks: nobody uses it and nobody is
// about to. It never waits for the gate while it holds the other.
func closeIfIdle(server *exec.Cmd, ended chan struct{}) (bool, error) {
	gate, err := lock("gate", syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer gate.Close()
	use, err := lock("use", syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer use.Close()
	return true, stop(server, ended)
}

func stop(server *exec.Cmd, ended chan struct{}) error {
	err := server.Process.Signal(syscall.SIGQUIT) // at once: the data is thrown away
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		err = errors.Join(err, server.Process.Kill())
	}
	sweep()
	return err
}

func start() (*exec.Cmd, string, error) {
	bin, err := binaries()
	if err != nil {
		return nil, "", err
	}
	data := filepath.Join(home(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, "", err
	}
	who, err := serverUser()
	if err != nil {
		return nil, "", err
	}
	if who != nil {
		if err := os.Chown(data, int(who.Uid), int(who.Gid)); err != nil {
			return nil, "", err
		}
	}
	initdb := command(who, filepath.Join(bin, "initdb"), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data)
	if err := initdb.Run(); err != nil {
		return nil, "", fmt.Errorf("initdb: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, "", err
	}
	args := []string{"-D", data, "-p", strconv.Itoa(port), "-h", "127.0.0.1"}
	for _, c := range []string{
		"unix_socket_directories=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off",
		"wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "max_connections=400", "shared_buffers=128MB",
		"jit=off", "log_min_messages=fatal", "log_min_error_statement=panic",
	} {
		args = append(args, "-c", c)
	}
	server := command(who, filepath.Join(bin, "postgres"), args...)
	if err := server.Start(); err != nil {
		return nil, "", fmt.Errorf("postgres: %w", err)
	}
	return server, fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port), awaitReady(data)
}

// awaitReady reads the status line that the server writes into its pid file.
func awaitReady(data string) error {
	for deadline := time.Now().Add(startPatience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		if lines := strings.Split(string(text), "\n"); err == nil && len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" {
			return nil
		}
	}
	return errors.New("the server was not ready in time")
}

func publish(url string) error {
	next := filepath.Join(home(), "url.next")
	if err := os.WriteFile(next, []byte(url), 0o600); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(home(), "url"))
}

// sweep removes what a cluster left, and ends a server whose keeper was killed.
func sweep() {
	os.Remove(filepath.Join(home(), "url"))
	data := filepath.Join(home(), "data")
	if text, err := os.ReadFile(filepath.Join(data, "postmaster.pid")); err == nil {
		lines := strings.Split(string(text), "\n")
		pid, err := strconv.Atoi(lines[0])
		if err == nil && len(lines) > 1 && lines[1] == data {
			syscall.Kill(pid, syscall.SIGQUIT)
			for range 200 {
				if syscall.Kill(pid, 0) != nil {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	os.RemoveAll(data)
}

// serverUser is whom the server runs as: PostgreSQL refuses root.
func serverUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("running as root and neither user postgres nor nobody exists")
}

func command(who *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr // the keeper's log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
