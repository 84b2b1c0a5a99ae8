package accountpages

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

// wide makes a button as broad as its form, as on the small pages of this room.
var wide = templ.Attributes{"data-wide": true}

// zones are the time zones offered; another one a person has already is kept.
var zones = []string{
	"Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Bangkok", "Asia/Jakarta",
	"Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu", "America/Los_Angeles", "America/Denver",
	"America/Chicago", "America/New_York", "America/Sao_Paulo", "UTC", "Europe/London", "Europe/Berlin", "Europe/Paris",
	"Europe/Madrid", "Europe/Helsinki", "Africa/Johannesburg",
}

func zoneOptions(current string) []ui.Option {
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

// browserName makes a few words a person recognises from a user agent.
func browserName(ctx context.Context, agent string) string {
	name, system := "", ""
	for _, b := range []struct{ mark, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	} {
		if strings.Contains(agent, b.mark) {
			name = b.name
			break
		}
	}
	for _, s := range []struct{ mark, name string }{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	switch {
	case name == "" && system == "":
		return locale.T(ctx, "account.me.unknown_browser")
	case system == "":
		return name
	case name == "":
		return system
	}
	return name + " · " + system
}
