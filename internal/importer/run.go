package importer

import (
	"context"
	"time"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/store"
)

// State says how far a run is.
type State string

// The states.
const (
	Draft   State = "draft" // uploaded, waiting for the person's word
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped" // by the person
	Failed  State = "failed"  // the right was taken away
)

// Run is one file on its way in.
type Run struct {
	ID         id.ID
	Kind       string
	User       id.ID
	State      State
	FileName   string
	Encoding   csvfile.Encoding
	Header     []string
	Mapping    []string // for each column of the file the field, or empty
	Options    map[string]bool
	Total      int64
	Created    int64
	Updated    int64
	Found      int64
	Rejected   int64
	Problem    string // locale key, when it failed
	CreatedAt  time.Time
	FinishedAt time.Time
	Undo       UndoState
	UndoBy     id.ID
	UndoAt     time.Time
	Undone     int64 // effects that were taken back
	Kept       int64 // effects that stay, each with its reason

	tenant id.ID
	step   int64
	ledger bool
	at     place // the effect taken back last
}

// Going says whether rows are still to come in.
func (r Run) Going() bool { return r.State == Running }

// Done counts the rows that were worked off.
func (r Run) Done() int64 { return r.Created + r.Updated + r.Found + r.Rejected }

// Service is the room's one door. Register kinds before the queue starts.
type Service struct {
	db    *store.DB
	queue *jobs.Queue
	kinds map[string]Kind
}

// New makes the service.
func New(db *store.DB, queue *jobs.Queue) *Service {
	s := &Service{db: db, queue: queue, kinds: map[string]Kind{}}
	jobs.Register(queue, s.work)
	jobs.Register(queue, s.workUndo)
	jobs.Register(queue, s.forget)
	return s
}

// Register adds kinds; the program calls it while it is put together.
func (s *Service) Register(kinds ...Kind) {
	for _, k := range kinds {
		s.kinds[k.Name] = k
	}
}

// Kind gives a kind to a user who may bring it in.
func (s *Service) Kind(ctx context.Context, tenant, user id.ID, name string) (Kind, error) {
	k, ok := s.kinds[name]
	if !ok {
		return Kind{}, fault.NotFound("fault.not_found")
	}
	_, err := k.Open(ctx, tenant, user)
	return k, err
}

// Run gives a run to the user who began it, and to those who look after the imports of
// others; nobody else sees it.
func (s *Service) Run(ctx context.Context, tenant, user id.ID, kind string, run id.ID) (Run, error) {
	if _, err := s.Kind(ctx, tenant, user, kind); err != nil {
		return Run{}, err
	}
	return s.mine(ctx, s.db, tenant, user, kind, run)
}

func (s *Service) mine(ctx context.Context, q store.Querier, tenant, user id.ID, kind string, run id.ID) (Run, error) {
	r, err := readRun(ctx, q, tenant, run)
	if err != nil || (r.ID != 0 && r.User == user && r.Kind == kind) {
		return r, err
	}
	oversees := false
	if r.ID != 0 && r.Kind == kind && r.State != Draft {
		if oversees, err = s.oversees(ctx, tenant, user, kind); err != nil {
			return Run{}, err
		}
	}
	if !oversees {
		return Run{}, fault.NotFound("fault.not_found")
	}
	return r, nil
}

func (s *Service) oversees(ctx context.Context, tenant, user id.ID, kind string) (bool, error) {
	k := s.kinds[kind]
	if k.Oversees == nil {
		return false, nil
	}
	return k.Oversees(ctx, tenant, user)
}

// recent is how many runs of a kind are kept for a user for ever; listed how many a
// page shows.
const (
	recent = 20
	listed = 50
)

// Runs lists a user's last runs of a kind, newest first; those of everybody for whoever
// looks after them.
func (s *Service) Runs(ctx context.Context, tenant, user id.ID, kind string) ([]Run, error) {
	if _, err := s.Kind(ctx, tenant, user, kind); err != nil {
		return nil, err
	}
	all, err := s.oversees(ctx, tenant, user, kind)
	if err != nil {
		return nil, err
	}
	return runsOf(ctx, s.db, tenant, user, kind, all, listed)
}

// Names gives the names of those who began the runs, where the user looks after them;
// none otherwise.
func (s *Service) Names(ctx context.Context, tenant, user id.ID, kind string, runs []Run) (map[id.ID]string, error) {
	k, err := s.Kind(ctx, tenant, user, kind)
	if err != nil {
		return nil, err
	}
	all, err := s.oversees(ctx, tenant, user, kind)
	if err != nil || !all || k.Names == nil {
		return nil, err
	}
	var of []id.ID
	for _, r := range runs {
		of = append(of, r.User)
	}
	return k.Names(ctx, tenant, user, of)
}

// sampleRows is how many rows a draft shows.
const sampleRows = 5

// Sample gives the first rows of a draft.
func (s *Service) Sample(ctx context.Context, r Run) ([][]string, error) {
	lines, err := readChunk(ctx, s.db, r.tenant, r.ID, 0)
	var out [][]string
	for _, l := range lines[:min(len(lines), sampleRows)] {
		out = append(out, l.Cells)
	}
	return out, err
}

// Reject is a line that did not come in.
type RejectedLine struct {
	Line    int
	Cells   []string
	Reasons []fault.Field
}

// Rejects lists the rejected lines of a run in the order of the file.
func (s *Service) Rejects(ctx context.Context, r Run, p page.Request) (page.Page[RejectedLine], error) {
	var after id.ID
	if p.Cursor != "" {
		var err error
		if after, err = id.Parse(p.Cursor); err != nil {
			return page.Page[RejectedLine]{}, err
		}
	}
	list, err := rejectsAfter(ctx, s.db, r, int64(after), p.Limit()+1)
	out := page.Page[RejectedLine]{Items: list}
	if len(list) > p.Limit() {
		out.Items = list[:p.Limit()]
		out.Next = id.ID(out.Items[p.Limit()-1].Line).String()
	}
	return out, err
}
