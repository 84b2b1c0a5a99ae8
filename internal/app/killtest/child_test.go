//go:build !race

package killtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/bulk"
	"musubi/internal/importer"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
)

const (
	databaseVariable = "MUSUBI_KILLTEST_DATABASE"
	aheadVariable    = "MUSUBI_KILLTEST_AHEAD" // seconds by which the child's clock is ahead
	fileVariable     = "MUSUBI_KILLTEST_FILE"  // an archive the child loads, once, instead of waiting for the runs
	patience         = 4 * time.Minute
	secret           = "a secret that only tests know"
)

func TestMain(m *testing.M) {
	if database := os.Getenv(databaseVariable); database != "" {
		if err := child(database); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is the program as `musubi serve` runs it: open, and work jobs off until
// somebody ends it.
func child(database string) error {
	seconds, err := strconv.Atoi(os.Getenv(aheadVariable))
	if err != nil {
		return err
	}
	ahead := time.Duration(seconds) * time.Second
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Database: database, Secret: secret, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Now: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		return err
	}
	houses, _, err := enter(ctx, a) // before the first kill can come: it would count as a wrong password
	if err != nil {
		return err
	}
	if err := a.Ground.Queue.Start(ctx); err != nil {
		return err
	}
	fmt.Println("working")
	if path := os.Getenv(fileVariable); path != "" {
		err = loadFile(ctx, a, houses[loading], path)
	} else {
		err = untilIdle(ctx, a, houses)
	}
	if err != nil {
		return err
	}
	fmt.Println("idle")
	_, err = io.Copy(io.Discard, os.Stdin) // the parent's end is this one's end
	return err
}

// untilIdle waits until no run of any house has work left, and says once that a run
// went on since the start.
func untilIdle(ctx context.Context, a *app.App, houses map[string]access.Actor) error {
	type progress struct {
		done  int64
		going bool
	}
	before, moved := map[string]progress{}, false
	for busy := true; busy; time.Sleep(time.Millisecond) {
		busy = false
		for name, as := range houses {
			note := func(of string, now progress) {
				if was, known := before[name+of]; known && was != now && !moved {
					moved = true
					fmt.Println("moved")
				}
				before[name+of] = now
				busy = busy || now.going
			}
			for _, kind := range []string{integration.RunProvisioning, integration.RunAssociation} {
				r, err := a.Tie.Run(ctx, as, kind)
				if err != nil {
					return err
				}
				note(kind, progress{r.Done, r.Going()})
			}
			imports, err := a.Imports.Runs(ctx, as.Org(), as.User(), bulk.Accounts)
			if err != nil {
				return err
			}
			for _, r := range imports {
				note(r.ID.String(), progress{r.Undone + r.Kept, r.State == importer.Running || r.Undoing()})
			}
			if !busy {
				n, err := waiting(ctx, a, as)
				if err != nil {
					return err
				}
				busy = n > 0
			}
		}
	}
	return nil
}

// waiting counts the deals that wait for their project and the tasks that wait to be
// made the same, as far as a page holds.
func waiting(ctx context.Context, a *app.App, as access.Actor) (int, error) {
	rules, err := a.Tie.Firings(ctx, as, integration.FiringWaiting, page.Request{})
	if err != nil {
		return 0, err
	}
	tasks, err := a.Tie.TaskQueue(ctx, as, integration.TaskWaiting, page.Request{})
	return len(rules.Items) + len(tasks.Items), err
}

// program is a running child.
type program struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader
}

// start runs a child and returns when it works off jobs.
func start(t *testing.T, database string, ahead time.Duration) *program {
	t.Helper()
	if !strings.HasPrefix(database, "sqlite:") { // there a job that runs at the start is known to be dead
		a := open(t, database)
		jobstest.NodeDied(t, a.Ground.DB)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), databaseVariable+"="+database, fmt.Sprintf("%s=%d", aheadVariable, int(ahead.Seconds())))
	log, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if path := os.Getenv("KILLTEST_LOG"); path != "" {
		log, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: cmd, stdin: in, out: bufio.NewReader(out)}
	t.Cleanup(p.kill)
	p.says(t, "working")
	return p
}

// says waits for one of some lines of the child, past others, and gives it.
func (p *program) says(t *testing.T, want ...string) string {
	t.Helper()
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Signal(syscall.SIGKILL) })
	defer late.Stop()
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			t.Fatalf("the child ended before it said %q: %v", want, err)
		}
		if line = strings.TrimSpace(line); slices.Contains(want, line) {
			return line
		}
	}
}

// killed kills the child and says whether it had said a line before.
func (p *program) killed(line string) bool {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	rest, _ := io.ReadAll(p.out) // what it said is in the pipe
	p.kill()
	return strings.Contains(string(rest), line+"\n")
}

// kill ends the child as a power cut would. Twice does no harm.
func (p *program) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(syscall.SIGKILL)
		_ = p.cmd.Wait()
	}
	_ = p.stdin.Close()
}
