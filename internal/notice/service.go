package notice

import (
	"context"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Kinds of notices, each with a preference of its own. Labels: "notice.kind.<kind>".
const (
	KindMention     = "mention"     // somebody wrote one's name
	KindComment     = "comment"     // somebody wrote about one's work
	KindAssigned    = "assigned"    // one was given something to do
	KindIntegration = "integration" // the integration needs an administrator
)

// Kinds lists them in the order screens show them.
func Kinds() []string { return []string{KindMention, KindComment, KindAssigned, KindIntegration} }

func init() {
	locale.Dynamic("notice.kind.")
	locale.Dynamic("notice.text.")
}

// most is how many unread notices are counted; more is "that many and more".
const most = 100

// New is a notice to post: the words are Key with Args, Path is where it leads.
// Unique keeps one event one notice, however often it is told. By mail it goes into
// the outbox of Tenant.
type New struct {
	Person id.ID
	Kind   string
	Key    string
	Args   fault.Args
	Path   string
	Unique string
	Tenant mail.Tenant
}

// Notice is what one person was told.
type Notice struct {
	ID   id.ID
	Kind string
	Key  string
	Args fault.Args
	Path string
	At   time.Time
	Read bool
}

// Preference says how one wants to hear of a kind.
type Preference struct {
	Kind string
	Bell bool
	Mail bool
}

// usual is what holds for who never chose: the bell always, mail for what asks for an
// answer. Administrators get letters about the integration anyway.
func usual(kind string) Preference {
	return Preference{Kind: kind, Bell: true, Mail: kind == KindMention || kind == KindAssigned}
}

// Service is the room's one door.
type Service struct {
	db      *store.DB
	people  *identity.Service
	letters *mail.Service
}

// NewService makes the service.
func NewService(db *store.DB, people *identity.Service, letters *mail.Service) *Service {
	return &Service{db: db, people: people, letters: letters}
}

// Post tells people, in the transaction of what happened, as each of them prefers.
func (s *Service) Post(ctx context.Context, tx *store.Tx, list []New) error {
	var persons []id.ID
	for _, n := range list {
		if n.Person != 0 {
			persons = append(persons, n.Person)
		}
	}
	if len(persons) == 0 {
		return nil
	}
	known, err := s.people.Profiles(ctx, tx, persons)
	if err != nil {
		return err
	}
	chosen, err := preferencesOf(ctx, tx, persons)
	if err != nil {
		return err
	}
	for _, n := range list {
		p, ok := known[n.Person]
		if !ok {
			continue
		}
		want, ok := chosen[choice{n.Person, n.Kind}]
		if !ok {
			want = usual(n.Kind)
		}
		fresh := true
		if want.Bell {
			if fresh, err = insertNotice(ctx, tx, n); err != nil {
				return err
			}
		}
		if !want.Mail || !fresh || !p.Accepted {
			continue
		}
		err := s.letters.Send(ctx, tx, mail.Letter{
			Tenant: n.Tenant, To: mail.Address{Name: p.Name, Email: p.Email}, Locale: p.Locale, Subject: n.Key, Lines: []string{n.Key, "notice.mail.why"},
			Args: n.Args, Action: mail.Action{Label: "notice.mail.open", Path: n.Path}, Unique: "notice:" + n.Unique + ":" + n.Person.String(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// List gives one's notices, the latest first.
func (s *Service) List(ctx context.Context, who identity.Person, r page.Request) (page.Page[Notice], error) {
	var out page.Page[Notice]
	if err := who.Require(); err != nil {
		return out, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return out, err
		}
	}
	list, err := listNotices(ctx, s.db, who.ID(), before, r.Limit()+1)
	if err != nil {
		return out, err
	}
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	out.Items = list
	return out, nil
}

// Unread counts one's unread notices, 100 at most.
func (s *Service) Unread(ctx context.Context, who identity.Person) (int, error) {
	if err := who.Require(); err != nil {
		return 0, err
	}
	return countUnread(ctx, s.db, who.ID())
}

// Open marks a notice as read and gives it.
func (s *Service) Open(ctx context.Context, who identity.Person, notice id.ID) (Notice, error) {
	if err := who.Require(); err != nil {
		return Notice{}, err
	}
	var out Notice
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if out, err = findNotice(ctx, tx, who.ID(), notice); err != nil || out.Read {
			return err
		}
		return markRead(ctx, tx, who.ID(), notice)
	})
	return out, err
}

// ReadAll marks all of one's notices as read.
func (s *Service) ReadAll(ctx context.Context, who identity.Person) error {
	if err := who.Require(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return markAllRead(ctx, tx, who.ID()) })
}

// Preferences gives how one wants to hear of each kind.
func (s *Service) Preferences(ctx context.Context, who identity.Person) ([]Preference, error) {
	if err := who.Require(); err != nil {
		return nil, err
	}
	chosen, err := preferencesOf(ctx, s.db, []id.ID{who.ID()})
	var out []Preference
	for _, kind := range Kinds() {
		p, ok := chosen[choice{who.ID(), kind}]
		if !ok {
			p = usual(kind)
		}
		out = append(out, p)
	}
	return out, err
}

// SetPreferences keeps how one wants to hear of the kinds that are named.
func (s *Service) SetPreferences(ctx context.Context, who identity.Person, list []Preference) error {
	if err := who.Require(); err != nil {
		return err
	}
	for _, p := range list {
		if !slices.Contains(Kinds(), p.Kind) {
			return fault.Invalid("notice.fault.kind")
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range list {
			if err := writePreference(ctx, tx, who.ID(), p); err != nil {
				return err
			}
		}
		return nil
	})
}
