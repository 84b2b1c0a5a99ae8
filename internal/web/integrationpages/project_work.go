package integrationpages

import "github.com/go-chi/chi/v5"

// workRoutes adds a project's tasks, milestones and bugs.
func (p *Pages) workRoutes(r chi.Router) {}
