package app

import (
	"context"
	"errors"

	"musubi/internal/store"
)

// SetPersonActive shuts a person out of the whole installation, or lets them in again.
// What must follow, such as telling an integration that its key stopped, is queued and
// done by the program that serves.
func SetPersonActive(ctx context.Context, c Config, email string, active bool) (err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return inWords(ctx, a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return a.Ground.Identity.SetActive(ctx, tx, email, active)
	}))
}

// ResetLink makes the address at which a person sets a new password, once, within an
// hour.
func ResetLink(ctx context.Context, c Config, email string) (link string, err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	err = a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		path, err := a.Ground.Identity.ResetPath(ctx, tx, email)
		link = a.Config.PublicURL + path
		return err
	})
	return link, inWords(ctx, err)
}
