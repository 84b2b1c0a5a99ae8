package portal

import (
	"musubi/internal/identity"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// Service is the room's one door. It is safe for concurrent use once the program
// is put together.
type Service struct {
	db      *store.DB
	people  *identity.Service
	letters *mail.Service
	hooks   []Hooks
}

// New makes the service.
func New(db *store.DB, people *identity.Service, letters *mail.Service) *Service {
	return &Service{db: db, people: people, letters: letters}
}
