package integration

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// maxArchives is how many ended bindings are kept; the oldest go first.
const maxArchives = 10

// Archive is what an ended binding had tied: nothing of it shows, and all of it can be
// taken home as a file or brought back. Epoch names it.
type Archive struct {
	Epoch       int64
	Portal      PortalRef
	By          string // who ended it
	At          time.Time
	Projects    int64 // associations made by people
	Clients     int64
	Contacts    int64
	Exclusions  int64
	Tasks       int64
	Restoreable bool // its portal is joined now
	by          id.ID
}

// Loaded says whether it came in as a file, and did not end here.
func (a Archive) Loaded() bool { return a.Epoch < 0 }

// Archives lists the kept bindings, the latest first. Administrators only.
func (s *Service) Archives(ctx context.Context, as access.Actor) ([]Archive, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return nil, err
	}
	list, err := listArchives(ctx, s.p.DB, as.Org())
	if err != nil {
		return nil, err
	}
	users := make([]id.ID, len(list))
	for i, a := range list {
		users[i] = a.by
	}
	names, err := s.p.Access.UserNames(ctx, as, users)
	for i := range list {
		list[i].By = names[list[i].by]
		list[i].Restoreable = list[i].Portal.ID == l.Portal && l.works(s.p.DB.Now()) == nil
	}
	return list, err
}

// keepArchive keeps what a binding had tied, if anything, in the transaction that ends
// it.
func (s *Service) keepArchive(ctx context.Context, tx *store.Tx, as access.Actor, old link, lost Losses) error {
	if !old.Bound() || lost.Explicit+lost.ClientLinks+lost.ContactLinks+lost.Exclusions+lost.Tasks == 0 {
		return nil
	}
	return insertArchive(ctx, tx, old.Org, Archive{Epoch: old.Epoch, Portal: old.portal(), by: as.User(), Projects: lost.Explicit,
		Clients: lost.ClientLinks, Contacts: lost.ContactLinks, Exclusions: lost.Exclusions})
}

// DeleteArchive lets go of a kept binding for good.
func (s *Service) DeleteArchive(ctx context.Context, as access.Actor, epoch int64) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := readArchive(ctx, tx, as.Org(), epoch)
		if err != nil {
			return err
		}
		if err := deleteArchive(ctx, tx, as.Org(), epoch); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.archive_deleted", a.Portal.Name)
	})
}

// Kinds of archived ties, in the order they are brought back.
const (
	tieClient    = "client"
	tieContact   = "contact"
	tieProject   = "project"
	tieExclusion = "exclusion"
	tieTask      = "task"
)

var tieKinds = []string{tieClient, tieContact, tieProject, tieExclusion, tieTask}

// archivedTie is one tie of an ended binding, as a file holds it: a record and what it
// was tied to in the portal. Client is the company of a client user, Project that of a
// task.
type archivedTie struct {
	Kind       string `json:"kind"`
	Module     string `json:"module,omitempty"`
	Record     id.ID  `json:"record_id"`
	RecordName string `json:"record,omitempty"`
	Target     id.ID  `json:"target_id"`
	TargetName string `json:"target,omitempty"`
	Client     id.ID  `json:"client_id,omitempty"`
	Project    id.ID  `json:"project_id,omitempty"`
	By         id.ID  `json:"by,omitempty"`
	At         string `json:"at"`
}

// archiveBatch is how many ties are read, and brought back, at once.
const archiveBatch = 200

// WriteArchive writes every tie of a kept binding, as "json" or "csv".
func (s *Service) WriteArchive(ctx context.Context, as access.Actor, epoch int64, format string, w io.Writer) error {
	if err := admin(as); err != nil {
		return err
	}
	a, err := readArchive(ctx, s.p.DB, as.Org(), epoch)
	if err != nil {
		return err
	}
	var put func(archivedTie) error
	var end func() error
	switch format {
	case "json":
		put, end, err = jsonArchive(w, a)
	case "csv":
		put, end, err = csvArchive(w, a)
	default:
		return fault.NotFound("integration.archive.gone")
	}
	if err != nil {
		return err
	}
	for _, kind := range tieKinds {
		after := [2]id.ID{}
		for {
			list, err := archivedTies(ctx, s.p.DB, as.Org(), epoch, kind, after, archiveBatch)
			if err != nil {
				return err
			}
			if err := s.nameRecords(ctx, as, list); err != nil {
				return err
			}
			for _, t := range list {
				if err := put(t); err != nil {
					return err
				}
				after = t.place()
			}
			if len(list) < archiveBatch {
				break
			}
		}
	}
	return end()
}

// jsonArchive writes the ties one by one into an object that says where they are from.
func jsonArchive(w io.Writer, a Archive) (put func(archivedTie) error, end func() error, err error) {
	head, err := json.Marshal(map[string]any{"portal": a.Portal.Name, "portal_id": a.Portal.ID.String(), "ended_at": a.At.UTC()})
	if err != nil {
		return nil, nil, fault.Internal(err)
	}
	if _, err = w.Write(append(head[:len(head)-1], `,"ties":[`...)); err != nil {
		return nil, nil, err
	}
	first := true
	put = func(t archivedTie) error {
		b, err := json.Marshal(t)
		if err != nil {
			return fault.Internal(err)
		}
		if !first {
			b = append([]byte(",\n"), b...)
		}
		first = false
		_, err = w.Write(b)
		return err
	}
	return put, func() error { _, err := w.Write([]byte("]}\n")); return err }, nil
}

// csvColumns head an archive's table; readArchiveCSV needs those it does not only show.
var csvColumns = []string{"kind", "module", "record_id", "record", "target_id", "target", "client_id", "project_id", "at", "portal_id", "portal"}

func csvArchive(w io.Writer, a Archive) (put func(archivedTie) error, end func() error, err error) {
	out := csvfile.NewWriter(w)
	number := func(n id.ID) string {
		if n == 0 {
			return ""
		}
		return n.String()
	}
	put = func(t archivedTie) error {
		return out.Write(t.Kind, t.Module, t.Record.String(), t.RecordName, t.Target.String(), t.TargetName, number(t.Client), number(t.Project), t.At,
			a.Portal.ID.String(), a.Portal.Name)
	}
	return put, out.Flush, out.Write(csvColumns...)
}

// nameRecords gives the ties the names of their records, where they are still there.
func (s *Service) nameRecords(ctx context.Context, as access.Actor, list []archivedTie) error {
	ids := map[string][]id.ID{}
	for _, t := range list {
		for _, module := range t.modules() {
			ids[module] = append(ids[module], t.Record)
		}
	}
	for module, of := range ids {
		names, err := s.p.Records.Names(ctx, s.system(as.Org()), module, of)
		if err != nil {
			return err
		}
		for i, t := range list {
			if name, ok := names[t.Record]; ok {
				list[i].RecordName = name
			}
		}
	}
	return nil
}

// modules gives the modules the record of a tie may be of: an exclusion does not say.
func (t archivedTie) modules() []string {
	if t.Module == "" {
		return []string{access.TabAccounts, access.TabDeals, access.TabContacts}
	}
	return []string{t.Module}
}
