package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"musubi/internal/crm/access"
	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// A file an archive was taken home as can be loaded again: it becomes a kept binding, to
// be brought back like any other. Nothing in it is believed: what its ties name is looked
// up in one's own organisation and portal when they are brought back, as if an
// administrator had tied them by hand: projects and tasks with the rights of whoever does.

// Bounds of a file.
const (
	MaxArchiveBytes = 16 << 20
	maxArchiveTies  = 20_000
	maxArchiveName  = 200
	loadBatch       = 200
	// loadWithin is how long a file may take; what was begun earlier never ends.
	loadWithin = time.Hour
)

// fromFile says whether an archive was loaded: no binding has such a number.
func fromFile(epoch int64) bool { return epoch < 0 }

// loaded is what a file says.
type loaded struct {
	portal PortalRef
	ties   []archivedTie
}

// LoadArchive keeps what a file holds as an ended binding of the portal it names, and
// says how many ties that are. Administrators only. The ties go in batch by batch, under
// an archive that nobody sees before the last of them stands: so a process that is killed
// in the middle leaves the file as if it had never been loaded.
func (s *Service) LoadArchive(ctx context.Context, as access.Actor, data []byte) (int, error) {
	if err := admin(as); err != nil {
		return 0, err
	}
	if len(data) > MaxArchiveBytes {
		return 0, badArchive("integration.archive.too_big", fault.Args{"Megabytes": MaxArchiveBytes >> 20})
	}
	read := readArchiveCSV
	if bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))), []byte("{")) {
		read = readArchiveJSON
	}
	file, err := read(data)
	if err != nil {
		return 0, err
	}
	if len(file.ties) == 0 {
		return 0, badArchive("integration.archive.empty", nil)
	}
	by := map[string][]archivedTie{}
	for _, t := range file.ties {
		t.By = as.User()
		by[t.Kind] = append(by[t.Kind], t)
	}
	a := Archive{Portal: file.portal, by: as.User(), Projects: int64(len(by[tieProject])), Clients: int64(len(by[tieClient])),
		Contacts: int64(len(by[tieContact])), Exclusions: int64(len(by[tieExclusion]))}
	if err := s.keepLoaded(ctx, as, a, by); err != nil {
		return 0, err
	}
	return len(file.ties), nil
}

// keepLoaded writes an archive with its ties, all of it or nothing that is seen.
func (s *Service) keepLoaded(ctx context.Context, as access.Actor, a Archive, ties map[string][]archivedTie) error {
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a.Epoch = -int64(tx.NewID()) // no binding has it, and none will
		if err := dropLoading(ctx, tx, as.Org(), store.Micros(tx.Now().Add(-loadWithin))); err != nil {
			return err
		}
		return insertLoading(ctx, tx, as.Org(), a)
	})
	if err != nil {
		return err
	}
	for _, kind := range tieKinds {
		for part := range slices.Chunk(ties[kind], loadBatch) {
			if err == nil {
				err = s.p.DB.Reserve(ctx, len(part))
			}
			if err == nil {
				err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
					return insertArchivedTies(ctx, tx, as.Org(), a.Epoch, kind, part)
				})
			}
		}
	}
	if err == nil {
		err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			shown, err := showLoaded(ctx, tx, as.Org(), a.Epoch)
			if err == nil && !shown {
				err = errLate
			}
			if err != nil {
				return err
			}
			return s.audit(ctx, tx, as, "integration.archive_loaded", a.Portal.Name)
		})
	}
	if err == nil {
		return nil
	}
	clean := context.WithoutCancel(ctx)
	return errors.Join(err, s.p.DB.Write(clean, func(ctx context.Context, tx *store.Tx) error {
		return deleteArchive(ctx, tx, as.Org(), a.Epoch)
	}))
}

func badArchive(key string, args fault.Args) error {
	return fault.Invalid("crm.fault.invalid").Field("file", key, args)
}

func brokenArchive(err error) error {
	return fault.Invalid("crm.fault.invalid").Field("file", "integration.archive.unreadable").Because(err)
}

// badLine names the tie of a file that cannot be one.
func badLine(n int) error { return badArchive("integration.archive.bad_line", fault.Args{"Line": n}) }

// fileTie is a tie as a file spells it.
type fileTie struct {
	Kind    string `json:"kind"`
	Module  string `json:"module"`
	Record  string `json:"record_id"`
	Target  string `json:"target_id"`
	Name    string `json:"target"`
	Client  string `json:"client_id"`
	Project string `json:"project_id"`
}

// tie checks what a file says of a tie.
func (f fileTie) tie() (archivedTie, bool) {
	t := archivedTie{Kind: f.Kind, Module: f.Module, TargetName: shortName(f.Name)}
	var err error
	number := func(text string, into *id.ID, must bool) {
		if err != nil || text == "" && !must {
			return
		}
		*into, err = id.Parse(text)
	}
	number(f.Record, &t.Record, true)
	number(f.Target, &t.Target, true)
	number(f.Client, &t.Client, f.Kind == tieContact)
	number(f.Project, &t.Project, f.Kind == tieTask)
	fits := map[string][]string{tieClient: {access.TabAccounts}, tieContact: {access.TabContacts}, tieTask: {taskTab},
		tieProject: {access.TabAccounts, access.TabContacts, access.TabDeals}, tieExclusion: {"", access.TabAccounts, access.TabContacts, access.TabDeals}}
	return t, err == nil && slices.Contains(fits[f.Kind], f.Module)
}

// shortName keeps what can be shown of a name somebody wrote.
func shortName(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	r := []rune(text)
	return string(r[:min(len(r), maxArchiveName)])
}

// readArchiveJSON reads the ties one by one, so that what is too long is refused before
// it is in memory twice.
func readArchiveJSON(data []byte) (loaded, error) {
	var head struct {
		Portal   string            `json:"portal"`
		PortalID string            `json:"portal_id"`
		Ties     []json.RawMessage `json:"ties"`
	}
	in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if err := in.Decode(&head); err != nil {
		return loaded{}, brokenArchive(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return loaded{}, brokenArchive(err)
	}
	if len(head.Ties) > maxArchiveTies {
		return loaded{}, badArchive("integration.archive.too_many", fault.Args{"Limit": maxArchiveTies})
	}
	out := loaded{ties: make([]archivedTie, len(head.Ties))}
	for i, raw := range head.Ties {
		var f fileTie
		if err := json.Unmarshal(raw, &f); err != nil {
			return loaded{}, badLine(i + 1)
		}
		var ok bool
		if out.ties[i], ok = f.tie(); !ok {
			return loaded{}, badLine(i + 1)
		}
	}
	return out, out.from(head.PortalID, head.Portal)
}

// from notes the portal a file is from.
func (l *loaded) from(number, name string) (err error) {
	if l.portal.ID, err = id.Parse(number); err != nil {
		return badArchive("integration.archive.no_portal", nil)
	}
	if l.portal.Name = shortName(name); l.portal.Name == "" {
		l.portal.Name = number
	}
	return nil
}

func readArchiveCSV(data []byte) (loaded, error) {
	t, err := csvfile.Read(data)
	if err != nil {
		return loaded{}, brokenArchive(err)
	}
	at := map[string]int{}
	for i, name := range t.Header {
		at[name] = i
	}
	for _, must := range csvColumns {
		if _, ok := at[must]; !ok {
			return loaded{}, brokenArchive(errors.New("no column " + must))
		}
	}
	if len(t.Rows) > maxArchiveTies {
		return loaded{}, badArchive("integration.archive.too_many", fault.Args{"Limit": maxArchiveTies})
	}
	var out loaded
	for i, row := range t.Rows {
		cell := func(name string) string {
			if n := at[name]; n < len(row.Cells) {
				return row.Cells[n]
			}
			return ""
		}
		tie, ok := fileTie{Kind: cell("kind"), Module: cell("module"), Record: cell("record_id"), Target: cell("target_id"), Name: cell("target"),
			Client: cell("client_id"), Project: cell("project_id")}.tie()
		if !ok {
			return loaded{}, badLine(row.Line)
		}
		before := out.portal.ID
		if err := out.from(cell("portal_id"), cell("portal")); err != nil {
			return loaded{}, err
		}
		if i > 0 && before != out.portal.ID {
			return loaded{}, badLine(row.Line)
		}
		out.ties = append(out.ties, tie)
	}
	return out, nil
}
