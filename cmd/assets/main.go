// Command assets builds what the browser gets. It bundles internal/web/assets/src
// with what npm fetched, gathers the icons that the pages name into one sprite,
// gives every file a name with its content's hash, writes the compressed forms
// beside it and a manifest of the names. When no source has changed since the
// last time it does nothing.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

const (
	home = "internal/web/assets"
	src  = home + "/src"
	dist = home + "/dist"
	npm  = home + "/node_modules"
	seal = dist + "/.sum" // the hash of the sources that dist was made from
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run() error {
	begin := time.Now()
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("run it from the root of the repository: %w", err)
	}
	icons, err := usedIcons("internal/web", "internal/app")
	if err != nil {
		return err
	}
	sum, err := sourcesSum(icons)
	if err != nil {
		return err
	}
	if fresh(sum) {
		return nil
	}
	if _, err := os.Stat(npm); err != nil {
		return fmt.Errorf("%s is missing: run `npm ci --ignore-scripts` in %s, or `make build`, which does", npm, home)
	}
	files, err := bundle()
	if err != nil {
		return err
	}
	sprite, err := iconSprite(icons)
	if err != nil {
		return err
	}
	files["icons.svg"] = sprite
	size, err := write(files, sum)
	if err != nil {
		return err
	}
	fmt.Printf("assets: %d files, %d icons, %d kB compressed, %s\n", len(files), len(icons), size/1000, time.Since(begin).Round(time.Millisecond))
	return nil
}

// fresh says whether dist was made from exactly these sources.
func fresh(sum string) bool {
	old, err := os.ReadFile(seal)
	if err != nil || string(old) != sum {
		return false
	}
	_, err = os.Stat(dist + "/manifest.json")
	return err == nil
}

// sourcesSum hashes everything the result depends on.
func sourcesSum(icons []string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, icons)
	for _, root := range []string{src, "cmd/assets", home + "/package-lock.json"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintln(h, path, len(body))
			h.Write(body)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// write replaces dist. The manifest comes last, so a run that is interrupted
// leaves nothing that looks complete.
func write(files map[string][]byte, sum string) (int, error) {
	old, err := filepath.Glob(dist + "/*")
	if err != nil {
		return 0, err
	}
	for _, path := range append(old, seal) {
		if filepath.Base(path) == ".keep" { // Go's * matches names with a dot too
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return 0, err
		}
	}
	names, total := map[string]string{}, 0
	for name, body := range files {
		hash := sha256.Sum256(body)
		ext := filepath.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(hash[:5]) + ext
		names[name] = hashed
		br, gz, err := compress(body)
		if err != nil {
			return 0, err
		}
		total += len(br)
		for path, body := range map[string][]byte{hashed: body, hashed + ".br": br, hashed + ".gz": gz} {
			if err := os.WriteFile(filepath.Join(dist, path), body, 0o644); err != nil {
				return 0, err
			}
		}
	}
	manifest, err := json.MarshalIndent(names, "", "  ")
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(dist+"/manifest.json", manifest, 0o644); err != nil {
		return 0, err
	}
	return total, os.WriteFile(seal, []byte(sum), 0o644)
}

func compress(body []byte) (br, gz []byte, err error) {
	var b, g bytes.Buffer
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err = bw.Write(body); err == nil {
		err = bw.Close()
	}
	if err != nil {
		return nil, nil, err
	}
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	if _, err = gw.Write(body); err == nil {
		err = gw.Close()
	}
	return b.Bytes(), g.Bytes(), err
}
