package record

import (
	"strconv"
	"strings"

	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
)

// What of a record is searched, in characters: of a long text its beginning, of all
// of it so much that an entry of the index stays small.
const (
	maxLongSearch = 500
	maxSearch     = 2000
)

// searchText gathers the words a record is found by, a line for each field.
func searchText(m *schema.Module, v Values) string {
	var parts, long []string
	for _, f := range m.Fields {
		s := v.Text(f.Name)
		if s == "" {
			continue
		}
		switch f.Type {
		case field.Text, field.Email, field.Phone, field.URL:
			parts = append(parts, field.SearchText(s))
		case field.LongText:
			long = append(long, field.SearchText(clip(s, maxLongSearch)))
		}
	}
	if m.Words != nil {
		for _, w := range m.Words(v) {
			parts = append(parts, field.SearchText(w))
		}
	}
	return clip(strings.Join(append(parts, long...), "\n"), maxSearch)
}

// clip cuts text to a number of characters.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for at := range text {
		if most == 0 {
			return text[:at]
		}
		most--
	}
	return text
}

// mark puts tenant and module in front of a gram, so that an entry of the index is
// read for one tenant's one tab alone. Digits end at the module's letter.
func mark(org id.ID, m *schema.Module) string {
	return "o" + strconv.FormatInt(int64(org), 10) + m.Code
}

func marked(org id.ID, m *schema.Module, grams []string) []string {
	out, with := make([]string, len(grams)), mark(org, m)
	for i, g := range grams {
		out[i] = with + g
	}
	return out
}
