package integration

import (
	"cmp"
	"context"
	"maps"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/store"
)

// Letters to administrators. Their words are integration.mail.<name>.*
const (
	letterKeyBroken     = "key_broken"
	letterRefused       = "refused"
	letterDisabled      = "disabled"
	letterPortalChanged = "portal_changed"
	letterTrialSoon     = "trial_soon"
	letterTrialEnded    = "trial_ended"
	letterReopened      = "rule_reopened"
	letterRuleFailed    = "rule_failed"
	letterKeyEnds       = "key_ends"
	letterWanted        = "project_wanted"

	letterApproved        = "approval_given"
	letterApprovalRefused = "approval_refused"
)

// letter is one event all administrators of an organisation are told of, each in
// their language. Unique keeps one event one letter, however often it is queued. Day
// is a date among the words. Path is where it leads, the set-up unless it says.
type letter struct {
	Org    id.ID      `json:"org"`
	Name   string     `json:"name"`
	Unique string     `json:"unique"`
	Args   fault.Args `json:"args"`
	Day    string     `json:"day"`
	Path   string     `json:"path,omitempty"`
}

// tellAdministrators queues a letter with the event that causes it. Who the
// administrators are is looked up when it is written.
func (s *Service) tellAdministrators(ctx context.Context, tx *store.Tx, l letter) error {
	return s.p.Queue.Insert(ctx, tx, letterJob{letter: l})
}

// writeLetter writes a letter to every administrator there is now.
func (s *Service) writeLetter(ctx context.Context, j letterJob) error {
	org, err := s.p.Access.Organisation(ctx, s.system(j.Org))
	if err != nil {
		return err
	}
	admins, err := s.p.Access.Administrators(ctx, s.system(j.Org))
	if err != nil {
		return err
	}
	open := "integration.mail.open"
	if j.Path != "" {
		open = "integration.mail.open_there"
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.noticeAdministrators(ctx, tx, j, org.Name, admins); err != nil {
			return err
		}
		for _, a := range admins {
			args := maps.Clone(j.Args)
			if args == nil {
				args = fault.Args{}
			}
			args["Org"], args["Name"] = org.Name, a.Name
			if j.Day != "" {
				args["Day"] = locale.Date(locale.With(ctx, locale.For(a.Locale, org.TimeZone)), j.Day)
			}
			err := s.p.Letters.Send(ctx, tx, mail.Letter{
				Tenant: mail.Tenant{Org: j.Org}, To: mail.Address{Name: a.Name, Email: a.Email}, Locale: a.Locale,
				Subject: mailWord + j.Name + ".subject",
				Lines:   []string{"integration.mail.hello", mailWord + j.Name + ".body"},
				Args:    args,
				Action:  mail.Action{Label: open, Path: cmp.Or(j.Path, setupPath(j.Org))},
				Unique:  "integration:" + j.Unique + ":" + a.ID.String(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// noticeAdministrators puts the letter's subject into the bell of each administrator.
func (s *Service) noticeAdministrators(ctx context.Context, tx *store.Tx, j letterJob, org string, admins []access.User) error {
	if s.p.Notices == nil {
		return nil
	}
	args := maps.Clone(j.Args)
	if args == nil {
		args = fault.Args{}
	}
	args["Org"] = org
	var list []notice.New
	for _, a := range admins {
		list = append(list, notice.New{Person: a.PersonID, Kind: notice.KindIntegration, Key: mailWord + j.Name + ".subject", Args: args,
			Path: cmp.Or(j.Path, setupPath(j.Org)), Unique: "integration:" + j.Unique, Tenant: mail.Tenant{Org: j.Org}})
	}
	return s.p.Notices.Post(ctx, tx, list)
}

// setupPath is where administrators find the set-up.
func setupPath(org id.ID) string { return "/crm/" + org.String() + "/setup/integration" }
