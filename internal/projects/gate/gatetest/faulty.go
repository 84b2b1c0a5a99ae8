// Package gatetest tests bodies of gate.Door. Faulty is a body of its own: it sends
// every argument and answer through JSON, as a portal in another process would, and
// can be slow, break before or after the work is done, or refuse the key.
package gatetest

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// Mishap is what happens to one call. The zero value is nothing.
type Mishap struct {
	// Delay is waited before the work, or until the context ends.
	Delay time.Duration
	// Reset loses the question: the work is not done.
	Reset bool
	// Lost loses the answer: the work is done, the caller never hears of it.
	Lost bool
	// RejectKey answers key_rejected without doing the work.
	RejectKey bool
}

// Faulty wraps a door. Plan, when set, is asked before every call, by the name of
// the method and how often any method was called before.
type Faulty struct {
	Inner gate.Door

	mu    sync.Mutex
	plan  func(method string, n int) Mishap
	calls int
}

var _ gate.Door = (*Faulty)(nil)

// NewFaulty wraps inner; without a plan it only sends everything through JSON.
func NewFaulty(inner gate.Door) *Faulty { return &Faulty{Inner: inner} }

// Plan sets what happens from now on; nil ends all mishaps.
func (f *Faulty) Plan(plan func(method string, n int) Mishap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = plan
}

// Calls says how many calls were made.
func (f *Faulty) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *Faulty) next(method string) Mishap {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.calls
	f.calls++
	if f.plan == nil {
		return Mishap{}
	}
	return f.plan(method, n)
}

func unreachable() error {
	return fault.New(fault.KindUnavailable, "fault.unavailable").WithCode("unreachable")
}

// call carries one call: arguments out, the work, the answer or the fault back.
func call[A, R any](ctx context.Context, f *Faulty, method string, args A, do func(context.Context, A) (R, error)) (R, error) {
	var none R
	m := f.next(method)
	if m.Delay > 0 {
		select {
		case <-time.After(m.Delay):
		case <-ctx.Done():
			return none, unreachable()
		}
	}
	switch {
	case m.Reset:
		return none, unreachable()
	case m.RejectKey:
		return none, fault.Forbidden("servicekey.rejected").WithCode(gate.CodeKeyRejected)
	}
	sent, err := wire(args)
	if err != nil {
		return none, err
	}
	answer, err := do(ctx, sent)
	if m.Lost {
		return none, unreachable()
	}
	if err != nil {
		return none, wireFault(err)
	}
	return wire(answer)
}

// wire sends a value through JSON.
func wire[T any](v T) (T, error) {
	var out T
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return out, fault.Internal(err)
	}
	return out, nil
}

// wireFault sends a fault through JSON; its cause stays behind.
func wireFault(err error) error {
	f := fault.As(err)
	if f == nil {
		return fault.Internal(err)
	}
	out, bad := wire(*f)
	if bad != nil {
		return bad
	}
	return &out
}

type none struct{}

type noArgs struct{}

func done(err error) (none, error) { return none{}, err }

// Mine calls through.
func (f *Faulty) Mine(ctx context.Context, v gate.Visitor) (gate.Mine, error) {
	return call(ctx, f, "Mine", v, f.Inner.Mine)
}

// CreatePortal calls through.
func (f *Faulty) CreatePortal(ctx context.Context, v gate.Visitor, idem, name string) (gate.Portal, error) {
	type args struct {
		V          gate.Visitor
		Idem, Name string
	}
	return call(ctx, f, "CreatePortal", args{v, idem, name}, func(ctx context.Context, a args) (gate.Portal, error) {
		return f.Inner.CreatePortal(ctx, a.V, a.Idem, a.Name)
	})
}

// OwnKey calls through.
func (f *Faulty) OwnKey(ctx context.Context, v gate.Visitor, portal id.ID) (gate.Key, error) {
	type args struct {
		V      gate.Visitor
		Portal id.ID
	}
	return call(ctx, f, "OwnKey", args{v, portal}, func(ctx context.Context, a args) (gate.Key, error) {
		return f.Inner.OwnKey(ctx, a.V, a.Portal)
	})
}

// Owned calls through.
func (f *Faulty) Owned(ctx context.Context, c gate.Caller, key gate.Key) ([]gate.Portal, error) {
	type args struct {
		C   gate.Caller
		Key gate.Key
	}
	return call(ctx, f, "Owned", args{c, key}, func(ctx context.Context, a args) ([]gate.Portal, error) {
		return f.Inner.Owned(ctx, a.C, a.Key)
	})
}

// Open wraps the inner session.
func (f *Faulty) Open(c gate.Caller, key gate.Key, portal id.ID) gate.Session {
	return &session{f: f, in: f.Inner.Open(c, key, portal)}
}

type session struct {
	f  *Faulty
	in gate.Session
}

func (s *session) Check(ctx context.Context) (gate.Portal, error) {
	return call(ctx, s.f, "Check", noArgs{}, func(ctx context.Context, _ noArgs) (gate.Portal, error) { return s.in.Check(ctx) })
}

func (s *session) Connect(ctx context.Context, idem string) error {
	_, err := call(ctx, s.f, "Connect", idem, func(ctx context.Context, i string) (none, error) { return done(s.in.Connect(ctx, i)) })
	return err
}

func (s *session) Disconnect(ctx context.Context, idem string) error {
	_, err := call(ctx, s.f, "Disconnect", idem, func(ctx context.Context, i string) (none, error) { return done(s.in.Disconnect(ctx, i)) })
	return err
}

func (s *session) Provision(ctx context.Context, idem string, batch []gate.Newcomer) ([]gate.Provisioned, error) {
	return call(ctx, s.f, "Provision", batch, func(ctx context.Context, b []gate.Newcomer) ([]gate.Provisioned, error) {
		return s.in.Provision(ctx, idem, b)
	})
}

func (s *session) Clients(ctx context.Context, cursor string, limit int) (gate.ClientBatch, error) {
	return call(ctx, s.f, "Clients", cursor, func(ctx context.Context, c string) (gate.ClientBatch, error) {
		return s.in.Clients(ctx, c, limit)
	})
}

func (s *session) FindClients(ctx context.Context, query string, limit int) ([]gate.Company, error) {
	return call(ctx, s.f, "FindClients", query, func(ctx context.Context, q string) ([]gate.Company, error) {
		return s.in.FindClients(ctx, q, limit)
	})
}

func (s *session) Companies(ctx context.Context, ids []id.ID) ([]gate.Company, error) {
	return call(ctx, s.f, "Companies", ids, s.in.Companies)
}

func (s *session) ClientUsers(ctx context.Context, ids []id.ID) ([]gate.ClientUser, error) {
	return call(ctx, s.f, "ClientUsers", ids, s.in.ClientUsers)
}

func (s *session) Projects(ctx context.Context, ids []id.ID) ([]gate.Ref, error) {
	return call(ctx, s.f, "FindProjects", ids, s.in.Projects)
}

func (s *session) EnsureClient(ctx context.Context, idem string, spec gate.ClientSpec) (gate.ClientEnsured, error) {
	return call(ctx, s.f, "EnsureClient", spec, func(ctx context.Context, c gate.ClientSpec) (gate.ClientEnsured, error) {
		return s.in.EnsureClient(ctx, idem, c)
	})
}

func (s *session) Changes(ctx context.Context, since int64, limit int) ([]gate.Change, error) {
	return call(ctx, s.f, "Changes", since, func(ctx context.Context, n int64) ([]gate.Change, error) {
		return s.in.Changes(ctx, n, limit)
	})
}

func (s *session) As(member id.ID) gate.Person { return &person{f: s.f, in: s.in.As(member)} }

type person struct {
	f  *Faulty
	in gate.Person
}

func (p *person) Rights(ctx context.Context) (gate.Rights, error) {
	return call(ctx, p.f, "Rights", noArgs{}, func(ctx context.Context, _ noArgs) (gate.Rights, error) { return p.in.Rights(ctx) })
}

func (p *person) Projects(ctx context.Context, q gate.ProjectQuery) (page.Page[gate.Project], error) {
	return call(ctx, p.f, "Projects", q, p.in.Projects)
}

func (p *person) Project(ctx context.Context, project id.ID) (gate.Project, error) {
	return call(ctx, p.f, "Project", project, p.in.Project)
}

func (p *person) CreateProject(ctx context.Context, idem string, in gate.NewProject) (gate.Project, error) {
	return call(ctx, p.f, "CreateProject", in, func(ctx context.Context, n gate.NewProject) (gate.Project, error) {
		return p.in.CreateProject(ctx, idem, n)
	})
}

func (p *person) UpdateProject(ctx context.Context, project id.ID, version int64, c gate.ProjectPatch) (gate.Project, error) {
	return call(ctx, p.f, "UpdateProject", c, func(ctx context.Context, c gate.ProjectPatch) (gate.Project, error) {
		return p.in.UpdateProject(ctx, project, version, c)
	})
}

func (p *person) TrashProject(ctx context.Context, idem string, project id.ID) error {
	_, err := call(ctx, p.f, "TrashProject", project, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.TrashProject(ctx, idem, i))
	})
	return err
}

func (p *person) AddClient(ctx context.Context, idem string, project, company id.ID, users []id.ID) error {
	_, err := call(ctx, p.f, "AddClient", users, func(ctx context.Context, u []id.ID) (none, error) {
		return done(p.in.AddClient(ctx, idem, project, company, u))
	})
	return err
}

func (p *person) Options(ctx context.Context) (gate.Options, error) {
	return call(ctx, p.f, "Options", noArgs{}, func(ctx context.Context, _ noArgs) (gate.Options, error) { return p.in.Options(ctx) })
}

func (p *person) Members(ctx context.Context, project id.ID) ([]gate.Ref, error) {
	return call(ctx, p.f, "Members", project, p.in.Members)
}
