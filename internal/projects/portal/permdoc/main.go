// Command permdoc writes docs/permissions.md, in English and Japanese, from the
// permission table of Projects. It is run by go generate in the room above; a test
// fails when the page is not what it would write.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: permdoc FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(render()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// render gives the whole page.
func render() string {
	var b strings.Builder
	b.WriteString("<!-- Generated from internal/projects/portal/permission.go by go generate; do not edit. -->\n\n")
	for i, lang := range []string{"en", "ja"} {
		if i > 0 {
			b.WriteString("\n")
		}
		section(&b, lang)
	}
	return b.String()
}
