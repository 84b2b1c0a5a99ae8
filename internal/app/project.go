package app

import (
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/projects/work"
)

// Project are the rooms of Projects.
type Project struct {
	Portals *portal.Service
	Works   *work.Service
	Keys    *servicekey.Service
	Door    gate.Door
}

// wireProject puts the rooms of Projects together.
func wireProject(g Ground) Project {
	portals := portal.New(g.DB, g.Identity, g.Mail)
	works := work.New(g.DB, portals, g.Files)
	keys := servicekey.New(g.DB, portals, g.Identity, g.Box)
	portals.Register(g.Queue)
	works.Register(g.Queue)
	return Project{Portals: portals, Works: works, Keys: keys, Door: gate.NewLocal(g.DB, portals, works, keys)}
}
