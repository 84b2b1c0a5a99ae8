package work

import (
	"musubi/internal/files"
	"musubi/internal/jobs"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Service is the room's one door. It is safe for concurrent use.
type Service struct {
	db      *store.DB
	portals *portal.Service
	files   *files.Service
	queue   *jobs.Queue
	hooks   []Hook
}

// New makes the service and hooks it to the portal, so that people and companies
// who leave the portal leave its projects.
func New(db *store.DB, portals *portal.Service, kept *files.Service) *Service {
	s := &Service{db: db, portals: portals, files: kept}
	s.hook()
	return s
}
