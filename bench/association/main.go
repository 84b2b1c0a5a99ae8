package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/pprof"

	"musubi/internal/app"
)

// size is how much data the bench makes.
type size struct{ accounts, clients int }

func main() {
	var s size
	flag.IntVar(&s.accounts, "accounts", 100_000, "accounts of the organisation")
	flag.IntVar(&s.clients, "clients", 20_000, "clients of the portal; they have half as many users again")
	phase := flag.String("phase", "", "fill, associate or join; all of them without")
	profile := flag.String("profile", "", "file for a CPU profile of the phase")
	flag.Parse()
	if err := profiled(*profile, func() error { return run(context.Background(), *phase, s) }); err != nil {
		fmt.Fprintln(os.Stderr, "association:", err)
		os.Exit(1)
	}
}

// profiled does the work and writes down where its time went.
func profiled(path string, work func() error) error {
	if path == "" {
		return work()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

func run(ctx context.Context, phase string, s size) error {
	if s.accounts < s.clients*2 {
		return errors.New("-accounts must be at least twice -clients, or the names run out")
	}
	phases := map[string]func(context.Context, *app.App, size) error{"fill": fill, "associate": associate, "join": join}
	if phase == "" {
		return all(s)
	}
	work, ok := phases[phase]
	if !ok {
		return fmt.Errorf("no phase %q", phase)
	}
	a, err := app.Open(ctx, app.Config{
		Database: os.Getenv("MUSUBI_DATABASE_URL"), Secret: "the benchmark has nothing to hide",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, a, s), a.Close())
}

// all runs the phases one after the other, each in a fresh process.
func all(s size) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, phase := range []string{"fill", "associate", "join"} {
		cmd := exec.Command(self, "-phase", phase, "-accounts", fmt.Sprint(s.accounts), "-clients", fmt.Sprint(s.clients))
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", phase, err)
		}
	}
	return nil
}
