package field

import (
	"net/url"
	"strings"

	"musubi/internal/fault"
)

// parseURL takes web addresses only: a link to anything else, such as javascript:,
// would run in the reader's page.
func parseURL(f Field, text string) (any, *fault.Field) {
	v, bad := parseText(f, text)
	if bad != nil || v == nil {
		return nil, bad
	}
	s := v.(string)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !strings.Contains(u.Host, ".") && u.Hostname() != "localhost" {
		return nil, f.bad("crm.field.url", nil)
	}
	return v, nil
}
