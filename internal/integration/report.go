package integration

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"

	"musubi/internal/crm/access"
	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/store"
)

func init() { locale.Dynamic("integration.reason.") }

// AssociationReport sums up the association run of the present binding.
type AssociationReport struct {
	Run     Run
	Clients AssociationCounts
	Users   AssociationCounts
	Reasons []ReasonCount
}

// AssociationCounts counts outcomes of one kind.
type AssociationCounts struct{ Total, Associated, Failed int64 }

// ReasonCount says how often a reason was given.
type ReasonCount struct {
	Reason string
	Count  int64
}

// AssociationFilter narrows the rows of the report.
type AssociationFilter struct {
	Failed bool
	Reason string
	Page   page.Request
}

// reported gives the run whose report administrators read.
func (s *Service) reported(ctx context.Context, as access.Actor) (run, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return run{}, err
	}
	r, err := latestRun(ctx, s.p.DB, l.Org, RunAssociation)
	if err != nil || r.Epoch != l.Epoch {
		return run{Org: l.Org}, err
	}
	return r, nil
}

// AssociationReport gives the sums; a zero Run when none ran.
func (s *Service) AssociationReport(ctx context.Context, as access.Actor) (AssociationReport, error) {
	r, err := s.reported(ctx, as)
	if err != nil || r.ID == 0 {
		return AssociationReport{}, err
	}
	out := AssociationReport{Run: r.Run}
	out.Clients, out.Users, out.Reasons, err = countRows(ctx, s.p.DB, r.Org, r.ID)
	return out, err
}

// AssociationRows lists the report's rows in the order they were decided.
func (s *Service) AssociationRows(ctx context.Context, as access.Actor, f AssociationFilter) (page.Page[AssociationRow], error) {
	r, err := s.reported(ctx, as)
	if err != nil || r.ID == 0 {
		return page.Page[AssociationRow]{}, err
	}
	var after id.ID
	if f.Page.Cursor != "" {
		if after, err = id.Parse(f.Page.Cursor); err != nil {
			return page.Page[AssociationRow]{}, err
		}
	}
	list, last, err := rowsAfter(ctx, s.p.DB, r.Org, r.ID, f, after, f.Page.Limit())
	out := page.Page[AssociationRow]{Items: list}
	if len(list) == f.Page.Limit() {
		out.Next = last.String()
	}
	return out, err
}

// WriteAssociation writes the whole report as "xlsx" or "csv", in the language of the
// context.
func (s *Service) WriteAssociation(ctx context.Context, as access.Actor, format string, w io.Writer) error {
	r, err := s.reported(ctx, as)
	if err != nil {
		return err
	}
	if r.ID == 0 {
		return fault.NotFound("fault.not_found")
	}
	switch format {
	case "xlsx":
		return s.writeXLSX(ctx, r, w)
	case "csv":
		return s.writeCSV(ctx, r, w)
	}
	return fault.NotFound("fault.not_found")
}

func heading(ctx context.Context) []string {
	return []string{
		locale.T(ctx, "integration.report.client"), locale.T(ctx, "integration.report.user"), locale.T(ctx, "integration.report.email"),
		locale.T(ctx, "integration.report.account"), locale.T(ctx, "integration.report.contact"),
		locale.T(ctx, "integration.report.outcome"), locale.T(ctx, "integration.report.reason"),
	}
}

func cells(ctx context.Context, r AssociationRow) []string {
	outcome, reason := locale.T(ctx, "integration.report.associated"), ""
	if !r.Info {
		outcome = locale.T(ctx, "integration.report.not_associated")
	}
	if r.Reason != "" {
		reason = locale.T(ctx, "integration.reason."+r.Reason)
	}
	return []string{r.Client, r.User, r.Email, r.Account, r.Contact, outcome, reason}
}

// writeXLSX streams the sheet, so that memory does not grow with the rows. Its cells
// are text cells: a name that begins like a formula stays a name.
func (s *Service) writeXLSX(ctx context.Context, r run, w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closed := f.Close(); err == nil && closed != nil {
			err = fault.Internal(closed)
		}
	}()
	sheet := f.GetSheetName(0)
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fault.Internal(err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fault.Internal(err)
	}
	if err := out.SetColWidth(1, 7, 28); err != nil {
		return fault.Internal(err)
	}
	line := 0
	put := func(values []string, style int) error {
		line++
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = excelize.Cell{StyleID: style, Value: v}
		}
		cell, err := excelize.CoordinatesToCellName(1, line)
		if err == nil {
			err = out.SetRow(cell, row)
		}
		if err != nil {
			return fault.Internal(err)
		}
		return nil
	}
	if err := put(heading(ctx), bold); err != nil {
		return err
	}
	if err := eachRow(ctx, s.p.DB, r.Org, r.ID, func(a AssociationRow) error { return put(cells(ctx, a), 0) }); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fault.Internal(err)
	}
	if _, err := f.WriteTo(w); err != nil {
		return fault.Internal(err)
	}
	return nil
}

func (s *Service) writeCSV(ctx context.Context, r run, w io.Writer) error {
	out := csvfile.NewWriter(w)
	err := out.Write(heading(ctx)...)
	if err == nil {
		err = eachRow(ctx, s.p.DB, r.Org, r.ID, func(a AssociationRow) error { return out.Write(cells(ctx, a)...) })
	}
	if err = errors.Join(err, out.Flush()); err != nil && fault.As(err) == nil {
		return fault.Internal(err)
	}
	return err
}

// reportJob mails the report of a finished run to every administrator.
type reportJob struct {
	Org id.ID `json:"org"`
	Run id.ID `json:"run"`
}

// Kind names the job in the queue.
func (reportJob) Kind() string { return "integration.report" }

// maxAttachment bounds the sheet in a letter, in bytes; a larger one stays on the page.
const maxAttachment = 8 << 20

// report writes one letter for each administrator, in their language. The letters'
// unique words keep a job that runs twice from writing twice.
func (s *Service) report(ctx context.Context, j reportJob) error {
	r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
	if err != nil || r.ID == 0 {
		return err
	}
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil {
		return err
	}
	admins, err := s.p.Access.Administrators(ctx, s.system(j.Org))
	if err != nil {
		return err
	}
	org, err := s.p.Access.Organisation(ctx, s.system(j.Org))
	if err != nil {
		return err
	}
	clients, users, _, err := countRows(ctx, s.p.DB, j.Org, j.Run)
	if err != nil {
		return err
	}
	sheets := map[string][]byte{}
	for _, a := range admins {
		if _, made := sheets[a.Locale]; made {
			continue
		}
		var b bytes.Buffer
		if err := s.writeXLSX(locale.With(ctx, locale.For(a.Locale, org.TimeZone)), r, &b); err != nil {
			return err
		}
		sheets[a.Locale] = b.Bytes()
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, a := range admins {
			letter := mail.Letter{
				Tenant: mail.Tenant{Org: j.Org}, To: mail.Address{Name: a.Name, Email: a.Email}, Locale: a.Locale,
				Subject: "integration.mail.report.subject",
				Lines:   []string{"integration.mail.hello", "integration.mail.report.clients", "integration.mail.report.users", "integration.mail.report.reasons"},
				Args: fault.Args{"Org": org.Name, "Name": a.Name, "Portal": l.PortalName,
					"Clients": clients.Total, "ClientsDone": clients.Associated, "ClientsFailed": clients.Failed,
					"Users": users.Total, "UsersDone": users.Associated, "UsersFailed": users.Failed},
				Action: mail.Action{Label: "integration.mail.report.open", Path: setupPath(j.Org) + "/association/report"},
				Unique: "integration:report:" + j.Run.String() + ":" + a.ID.String(),
			}
			if sheet := sheets[a.Locale]; len(sheet) <= maxAttachment {
				letter.Attachments = []mail.Attachment{{
					Name: "association-report.xlsx", Data: sheet,
					Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
				}}
			}
			if err := s.p.Letters.Send(ctx, tx, letter); err != nil {
				return err
			}
		}
		return nil
	})
}
