package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// Service is the room's one door. It is safe for concurrent use once the program is
// put together.
type Service struct {
	db      *store.DB
	access  *access.Service
	modules *schema.Set
	hooks   []Hook
	queue   *jobs.Queue
	caps    caps
}

// caps bound the work of one list; tests lower them.
type caps struct {
	gather int // rows that are sorted for a page, when a condition leaves no more
	walk   int // rows that are looked at in the order of the list, when many match
	merge  int // rows that a merge moves to the master
	purge  int // rows of one kind that one transaction of a purge clears
}

// New makes the service for a set of modules.
func New(db *store.DB, rights *access.Service, modules *schema.Set) *Service {
	return &Service{db: db, access: rights, modules: modules, caps: caps{gather: 20_000, walk: 20_000, merge: 20_000, purge: 500}}
}

// Hook hears of changes inside the transaction that makes them; an error undoes the
// change. Nil fields are skipped. BeforePurge hears of records that are about to be
// deleted for good: who pinned something to them takes it away, about limit rows at a
// time, and says whether there is more; then it is asked again in another transaction.
type Hook struct {
	AfterCreate  func(ctx context.Context, tx *store.Tx, org id.ID, made []Record) error
	AfterUpdate  func(ctx context.Context, tx *store.Tx, org id.ID, before, after Record) error
	AfterDelete  func(ctx context.Context, tx *store.Tx, org id.ID, module string, record id.ID) error
	AfterRestore func(ctx context.Context, tx *store.Tx, org id.ID, module string, record id.ID) error
	BeforePurge  func(ctx context.Context, tx *store.Tx, org id.ID, module string, records []id.ID, limit int) (more bool, err error)
	// Merging comes before anything changes: whoever keeps things of the others gives
	// them to the master. AfterUpdate of the master and AfterDelete of the others follow.
	Merging func(ctx context.Context, tx *store.Tx, as access.Actor, m Merging) error
}

// AddHook registers a hook; the program calls it while it is put together.
func (s *Service) AddHook(h Hook) { s.hooks = append(s.hooks, h) }

// Modules lists the modules the badge may view, in the order of their tabs.
func (s *Service) Modules(as access.Actor) []*schema.Module {
	var out []*schema.Module
	for _, m := range s.modules.All() {
		if as.Can(m.Name, access.View) {
			out = append(out, m)
		}
	}
	return out
}

// Module gives a module by its API name; one the badge may not view, like one there
// is not, is not found.
func (s *Service) Module(as access.Actor, name string) (*schema.Module, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	m, ok := s.modules.Module(name)
	if !ok {
		return nil, fault.NotFound("crm.fault.no_module")
	}
	return m, as.Require(name, access.View)
}

// Values are a record's values by API name: string, int64, bool, id.ID, or absent.
type Values = schema.Values

// Record is one row of a module.
type Record struct {
	ID      id.ID
	Module  string
	Name    string
	Owner   id.ID
	Version int64
	Values  Values
}

// Lookup gives a look-up's id, zero where there is none.
func (r Record) Lookup(name string) id.ID {
	n, _ := r.Values[name].(id.ID)
	return n
}

// Ref names a record.
type Ref struct {
	ID     id.ID
	Module string
	Name   string
}

// NameKey folds an account's name for matching; see field.NameKey.
func NameKey(name string) string { return field.NameKey(name) }

// SuggestKey folds an account's name for suggestions only; see field.SuggestKey.
func SuggestKey(name string) string { return field.SuggestKey(name) }

func gone() error { return fault.NotFound("crm.fault.no_record") }

func stale() error { return fault.New(fault.KindStale, "crm.fault.stale").WithCode("stale") }
