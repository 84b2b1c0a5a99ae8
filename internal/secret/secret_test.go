package secret_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"musubi/internal/secret"
)

const (
	older = "an older master secret 0123456789"
	newer = "a newer master secret 9876543210"
)

func box(t *testing.T, masters ...string) *secret.Box {
	t.Helper()
	b, err := secret.New(masters...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASealedValueOpensOnlyWhereItStands(t *testing.T) {
	b := box(t, older)
	sealed, err := b.Seal([]byte("key"), "keys:1:2")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.Open(sealed, "keys:1:2"); err != nil || string(plain) != "key" {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	for name, try := range map[string]func() ([]byte, error){
		"another row":    func() ([]byte, error) { return b.Open(sealed, "keys:1:3") },
		"another secret": func() ([]byte, error) { return box(t, newer).Open(sealed, "keys:1:2") },
		"cut short":      func() ([]byte, error) { return b.Open(sealed[:10], "keys:1:2") },
		"changed": func() ([]byte, error) {
			bad := append([]byte{}, sealed...)
			bad[len(bad)-1] ^= 1
			return b.Open(bad, "keys:1:2")
		},
	} {
		if plain, err := try(); err == nil {
			t.Errorf("%s opened as %q", name, plain)
		}
	}
}

func TestRotation(t *testing.T) {
	sealed, err := box(t, older).Seal([]byte("key"), "x")
	if err != nil {
		t.Fatal(err)
	}
	rotated := box(t, newer, older)
	if plain, err := rotated.Open(sealed, "x"); err != nil || string(plain) != "key" {
		t.Fatalf("after the rotation: %q, %v", plain, err)
	}
	again, err := rotated.Seal([]byte("key"), "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box(t, newer).Open(again, "x"); err != nil {
		t.Errorf("what was sealed after the rotation needs the old secret: %v", err)
	}
	if !secret.Equal(rotated.HashKey("p", []byte("d")), box(t, older).HashKey("p", []byte("d"))) {
		t.Error("the rotation changed the hashes")
	}
	if secret.Equal(rotated.HashKey("p", []byte("d")), rotated.HashKey("q", []byte("d"))) {
		t.Error("two purposes share a hash")
	}
}

func TestLoadKeepsOneFileForItsOwner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	first, err := secret.Load("", file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	sealed, err := first.Seal([]byte("key"), "x")
	if err != nil {
		t.Fatal(err)
	}
	second, err := secret.Load("", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(sealed, "x"); err != nil {
		t.Error(err)
	}
	if _, err := secret.Load("", ""); err == nil {
		t.Error("no secret at all was accepted")
	}
	if _, err := secret.Load("short", ""); err == nil {
		t.Error("a short secret was accepted")
	}
}

func TestProgramsStartedAtOnceShareOneSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	boxes := make([]*secret.Box, 8)
	var all sync.WaitGroup
	for i := range boxes {
		all.Go(func() {
			var err error
			if boxes[i], err = secret.Load("", file); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	kept, err := secret.Load("", file)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range boxes {
		sealed, err := b.Seal([]byte("key"), "x")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kept.Open(sealed, "x"); err != nil {
			t.Errorf("program %d: %v", i, err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
