package main

import (
	"context"
	"strings"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
)

// section writes the table in one language.
func section(b *strings.Builder, lang string) {
	ctx := locale.With(context.Background(), locale.For(lang, "UTC"))
	text := func(key string) string {
		return strings.ReplaceAll(locale.T(ctx, key), "|", `\|`)
	}
	b.WriteString("# " + text("portal.permission.title") + "\n\n" + text("portal.permission.note") + "\n")
	area := ""
	for _, rule := range portal.Table() {
		if rule.Area != area {
			area = rule.Area
			b.WriteString("\n## " + text("portal.area."+area) + "\n\n| " + text("portal.permission.action"))
			for _, role := range portal.Roles() {
				b.WriteString(" | " + text("portal.role."+string(role)))
			}
			b.WriteString(" |\n|---" + strings.Repeat("|---", len(portal.Roles())) + "|\n")
		}
		b.WriteString("| " + text("portal.action."+string(rule.Action)))
		for _, role := range portal.Roles() {
			b.WriteString(" | " + text(portal.LevelKey(rule.Level(role))))
		}
		b.WriteString(" |\n")
	}
}
