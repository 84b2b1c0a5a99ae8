package mail

import (
	"context"
	"net/mail"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Service is the room's one door.
type Service struct {
	db    *store.DB
	queue *jobs.Queue
	o     Options
}

// New makes the service and registers its job with the queue. The program checks the
// options first: see Options.Check.
func New(db *store.DB, queue *jobs.Queue, o Options) *Service {
	s := &Service{db: db, queue: queue, o: o}
	jobs.Register(queue, s.deliver)
	return s
}

// State says where a letter is.
type State string

// The states of a letter.
const (
	StateStored State = "stored" // no server is configured: it stays in the outbox
	StateQueued State = "queued"
	StateSent   State = "sent"
	StateFailed State = "failed"
)

var stateKeys = locale.Dynamic("mail.state.")

// Key is the locale key of the state's name.
func (s State) Key() string { return stateKeys + string(s) }

// Message is a letter as the outbox shows it.
type Message struct {
	ID      id.ID
	To      Address
	Locale  string
	Subject string
	Text    string // paragraphs, an empty line between; empty in a list
	// Label and Link are the letter's action. A private letter shows its link only while
	// no server is there to carry it: then somebody has to hand it over.
	Label       string
	Link        string
	Private     bool
	Attachments []string // names; none in a list
	State       State
	Reason      string // of the last failure, in the server's words
	Tries       int
	CreatedAt   time.Time
	SentAt      time.Time // zero until sent
}

// Delivers says whether a server is there to carry letters; without one they stay in
// the outbox.
func (s *Service) Delivers() bool { return s.o.SMTP != "" }

// Send writes the letter in its reader's language and queues it; both happen when tx
// commits. A letter with an address nobody can have is kept as failed, for what it
// tells of has happened all the same.
func (s *Service) Send(ctx context.Context, tx *store.Tx, l Letter) error {
	if l.Subject == "" || len(l.Lines) == 0 {
		return fault.Internalf("mail: a letter without words")
	}
	w := l.write(s.o.BaseURL)
	m := outgoing{
		tenant: l.Tenant.key(), unique: l.Unique, written: w, files: l.Attachments,
		Message: Message{
			ID: tx.NewID(), To: Address{oneLine(l.To.Name, maxArg), oneLine(l.To.Email, maxArg)},
			Locale: locale.For(l.Locale, "UTC").Lang, Private: l.Private, State: StateQueued, CreatedAt: tx.Now(),
		},
	}
	if at, err := mail.ParseAddress(l.To.Email); err != nil || at.Address != l.To.Email {
		m.State, m.Reason = StateFailed, "invalid address"
	} else if s.o.SMTP == "" {
		m.State = StateStored
	}
	fresh, err := insertMessage(ctx, tx, m)
	if err != nil || !fresh || m.State != StateQueued {
		return err
	}
	return s.queue.Insert(ctx, tx, sendJob{Tenant: m.tenant, Message: m.ID})
}

// List gives the letters of a tenant, the latest first. Who may read them is for the
// caller to check.
func (s *Service) List(ctx context.Context, t Tenant, r page.Request) (page.Page[Message], error) {
	if t.key() == 0 {
		return page.Page[Message]{}, fault.NotFound("fault.not_found")
	}
	at, err := parseCursor(r.Cursor)
	if err != nil {
		return page.Page[Message]{}, err
	}
	list, err := listMessages(ctx, s.db, t.key(), at, r.Limit()+1)
	if err != nil {
		return page.Page[Message]{}, err
	}
	return pageOf(list, at, r.Limit()), nil
}

// Get gives one letter of a tenant with its text.
func (s *Service) Get(ctx context.Context, t Tenant, n id.ID) (Message, error) {
	m, found, err := readMessage(ctx, s.db, t.key(), n)
	if err != nil {
		return Message{}, err
	}
	if !found || t.key() == 0 {
		return Message{}, fault.NotFound("fault.not_found")
	}
	for _, f := range m.files {
		m.Attachments = append(m.Attachments, f.Name)
	}
	out := m.Message
	out.Subject, out.Text, out.Label = m.subject, m.body, m.label
	if !m.Private || m.State == StateStored {
		out.Link = m.link
	}
	return out, nil
}

// Attachment gives one file of a tenant's letter by its place among them, from zero.
func (s *Service) Attachment(ctx context.Context, t Tenant, n id.ID, place int) (Attachment, error) {
	f, found, err := readAttachment(ctx, s.db, t.key(), n, place)
	if err != nil {
		return Attachment{}, err
	}
	if !found || t.key() == 0 {
		return Attachment{}, fault.NotFound("fault.not_found")
	}
	return f, nil
}
