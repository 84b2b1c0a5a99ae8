package app

import (
	"context"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/jobs"
)

// Refill takes everything out of an installation and has Fill make it anew. It refuses
// when somebody belongs to it whose address is not of the domain: then it holds more
// than Fill made.
func Refill(ctx context.Context, c Config, domain string) error {
	a, err := Open(ctx, c)
	if err != nil {
		return inWords(ctx, err)
	}
	return inWords(ctx, errors.Join(a.refill(ctx, domain), a.Close()))
}

func (a *App) refill(ctx context.Context, domain string) error {
	strangers, err := a.Ground.Identity.Strangers(ctx, domain, 1)
	if err != nil {
		return err
	}
	if len(strangers) > 0 {
		return fault.Conflict("identity.fault.not_the_demo").With("Email", strangers[0])
	}
	if err := a.Ground.DB.Clear(ctx, jobs.Lasting); err != nil {
		return err
	}
	return a.Config.Fill(ctx, a)
}
