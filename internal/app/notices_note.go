package app

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/page"
)

// maxCalled bounds the users whose names a note may call.
const maxCalled = 1000

// noteNotices tells those users a note calls by name who may read it.
func (n notices) noteNotices(ctx context.Context, j noteNoticeJob) error {
	sys := n.crm.Access.System(j.Org, "notices")
	w, err := n.crm.Notes.Get(ctx, sys, j.Module, j.Record, j.Note)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	rec, _, err := n.crm.Records.Get(ctx, sys, j.Module, j.Record)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	byName, err := n.called(ctx, sys, w.Body)
	if err != nil {
		return err
	}
	var told []notice.New
	for _, u := range byName {
		if u.ID == w.By {
			continue
		}
		as, err := n.crm.Access.EnterUser(ctx, j.Org, u.ID)
		if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := n.crm.Notes.Get(ctx, as, j.Module, j.Record, j.Note); err != nil {
			if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
				continue
			}
			return err
		}
		told = append(told, notice.New{Person: u.PersonID, Kind: notice.KindMention, Key: "notice.text.mention", Unique: "note:" + j.Note.String(),
			Args: fault.Args{"By": w.ByName, "Item": rec.Name, "Where": as.Organisation().Name},
			Path: crmURL(j.Org) + "/" + j.Module + "/" + j.Record.String() + "#notes", Tenant: mail.Tenant{Org: j.Org}})
	}
	return n.post(ctx, told)
}

// called gives the active users whose names a text calls.
func (n notices) called(ctx context.Context, sys access.Actor, text string) ([]access.User, error) {
	users := map[string][]access.User{}
	var names []string
	r := page.Request{Size: page.MaxSize}
	for seen := 0; seen < maxCalled; {
		list, err := n.crm.Access.PickUsers(ctx, sys, "", r)
		if err != nil {
			return nil, err
		}
		for _, u := range list.Items {
			users[u.Name] = append(users[u.Name], u)
			names = append(names, u.Name)
		}
		if seen, r.Cursor = seen+len(list.Items), list.Next; list.Next == "" {
			break
		}
	}
	var out []access.User
	for _, name := range notice.Mentioned(text, names) {
		out = append(out, users[name]...)
	}
	return out, nil
}
