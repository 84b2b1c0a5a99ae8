package mail

import (
	"context"
	"errors"
	"time"

	gomail "github.com/wneessen/go-mail"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// giveUp is how long a letter is tried; the queue's own patience lasts a little longer.
const giveUp = 12 * time.Hour

// markWait bounds recording what became of a letter after its attempt ran out of time.
const markWait = 5 * time.Second

// sendJob sends one letter.
type sendJob struct {
	Tenant  id.ID `json:"tenant"`
	Message id.ID `json:"message"`
}

// Kind names the job in the queue.
func (sendJob) Kind() string { return "mail.send" }

// deliver tries to send a letter. Should it run twice, both copies carry one message id.
func (s *Service) deliver(ctx context.Context, j sendJob) error {
	m, found, err := readMessage(ctx, s.db, j.Tenant, j.Message)
	if err != nil || !found || m.State != StateQueued {
		return err
	}
	if s.o.SMTP == "" { // the server was taken away meanwhile
		return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return mark(ctx, tx, j.Tenant, j.Message, StateStored, m.Reason)
		})
	}
	failure := s.o.send(ctx, m)
	state, reason := StateQueued, ""
	switch {
	case failure == nil:
		state = StateSent
	case permanent(failure), m.age(s.db.Now()) > giveUp:
		state = StateFailed
	}
	if failure != nil {
		reason = oneLine(failure.Error(), maxArg)
	}
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), markWait)
	defer end()
	if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return mark(ctx, tx, j.Tenant, j.Message, state, reason)
	}); err != nil {
		return err
	}
	if state == StateQueued {
		return fault.New(fault.KindUnavailable, "fault.unavailable").Because(failure)
	}
	return nil
}

// unsendable is a letter that no try will send.
type unsendable struct{ error }

// permanent says whether the server refused the letter for good. A server that cannot
// be reached or does not let us in is for its operator to mend: that may pass.
func permanent(err error) bool {
	var own unsendable
	var refused *gomail.SendError
	return errors.As(err, &own) || errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500
}
