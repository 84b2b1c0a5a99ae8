package crmpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// maxSuggested is how many options a look-up offers at once.
const maxSuggested = 12

// options finds what a look-up may point at.
func (p *Pages) options(ctx context.Context, as access.Actor, f field.Field, text string, limit int) ([]ui.Option, error) {
	var out []ui.Option
	if f.Type == field.User {
		found, err := p.access.PickUsers(ctx, as, text, page.Request{Size: limit})
		for _, u := range found.Items {
			out = append(out, ui.Option{Value: u.ID.String(), Label: u.Name, Small: u.Email})
		}
		return out, err
	}
	found, err := p.records.Suggest(ctx, as, f.Module, text, limit)
	for _, ref := range found {
		out = append(out, ui.Option{Value: ref.ID.String(), Label: ref.Name})
	}
	return out, err
}

// suggest answers the look-ups to a module.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	m, err := p.module(r)
	if err != nil {
		return err
	}
	return p.answerOptions(w, r, field.Field{Type: field.Lookup, Module: m.Name})
}

// suggestUsers answers the look-ups to users.
func (p *Pages) suggestUsers(w http.ResponseWriter, r *http.Request) error {
	return p.answerOptions(w, r, field.Field{Type: field.User})
}

func (p *Pages) answerOptions(w http.ResponseWriter, r *http.Request, f field.Field) error {
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	found, err := p.options(r.Context(), actor(r), f, in.Text("q"), maxSuggested)
	if err != nil {
		return err
	}
	return shell.Suggest(w, found)
}
