package accountpages

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/locale"
)

// wide makes a button as broad as its form, as on the small pages of this room.
var wide = templ.Attributes{"data-wide": true}

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
