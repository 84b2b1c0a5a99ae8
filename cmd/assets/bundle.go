package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle makes one file of each *.ts and *.css that lies in src itself; files in
// folders below are their parts. Pictures in src are taken as they are.
func bundle() (map[string][]byte, error) {
	files := map[string][]byte{}
	entries, err := os.ReadDir(src)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(src, e.Name())
		switch filepath.Ext(e.Name()) {
		case ".ts", ".css":
			body, err := bundleOne(path)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(e.Name(), ".ts")
			if name != e.Name() {
				name += ".js"
			}
			files[name] = body
		case ".svg":
			if files[e.Name()], err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func bundleOne(path string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{path},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Target:            api.ES2022,
		Format:            api.FormatIIFE,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsEndOfFile,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		var all []error
		for _, m := range result.Errors {
			where := path
			if m.Location != nil {
				where = fmt.Sprintf("%s:%d", m.Location.File, m.Location.Line)
			}
			all = append(all, fmt.Errorf("%s: %s", where, m.Text))
		}
		return nil, errors.Join(all...)
	}
	return result.OutputFiles[0].Contents, nil
}
