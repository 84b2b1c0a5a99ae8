package access

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

// New makes the service, and takes on the invitations it sends.
func New(db *store.DB, people *identity.Service, letters *mail.Service) *Service {
	s := &Service{db: db, people: people, letters: letters}
	people.OnAccept(purpose, s.accepted)
	return s
}
