package shell

import (
	"slices"
	"strings"

	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

var zones = []string{
	"Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Bangkok", "Asia/Jakarta",
	"Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu", "America/Los_Angeles", "America/Denver",
	"America/Chicago", "America/New_York", "America/Sao_Paulo", "UTC", "Europe/London", "Europe/Berlin", "Europe/Paris",
	"Europe/Madrid", "Europe/Helsinki", "Africa/Johannesburg",
}

// ZoneOptions offers time zones; another one that is set already is kept.
func ZoneOptions(current string) []ui.Option {
	list := zones
	if current != "" && !slices.Contains(zones, current) && locale.KnownZone(current) {
		list = append([]string{current}, zones...)
	}
	out := make([]ui.Option, 0, len(list))
	for _, z := range list {
		out = append(out, ui.Option{Value: z, Label: strings.ReplaceAll(z, "_", " ")})
	}
	return out
}
