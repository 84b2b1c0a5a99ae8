package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"musubi/internal/store"
)

// fingerprint names the schema: templates of another one are never used.
func fingerprint() (string, error) {
	sum := sha256.New()
	var err error
	for _, d := range []store.Dialect{store.SQLite, store.Postgres} {
		files := store.Migrations(d)
		err = errors.Join(err, fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, path)
			fmt.Fprintf(sum, "%s %s %d\n%s", d.Name(), path, len(text), text)
			return err
		}))
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}

var sqliteTemplate = sync.OnceValues(func() (string, error) {
	print, err := fingerprint()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(os.TempDir(), "musubi-sqlite-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(folder, print+".db")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	forgetOld(folder)
	building, err := os.MkdirTemp(folder, "building-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(building)
	made := filepath.Join(building, "template.db")
	if err := migrated("sqlite:" + made); err != nil {
		return "", err
	}
	return path, os.Rename(made, path) // another process may have been as fast: the same file
})

// forgetOld removes what schemas of other days left.
func forgetOld(folder string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(filepath.Join(folder, e.Name()))
		}
	}
}

func migrated(url string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx), db.Close())
}

// SQLiteURL gives the URL of a fresh, migrated SQLite file in the test's folder.
func SQLiteURL(tb testing.TB) string {
	tb.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		tb.Fatalf("make the SQLite template: %v", err)
	}
	path := filepath.Join(tb.TempDir(), "test.db")
	if err := copyFile(path, template); err != nil {
		tb.Fatalf("copy the SQLite template: %v", err)
	}
	return "sqlite:" + path
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
