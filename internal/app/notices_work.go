package app

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// workNotices tells who is to do an item of what others say about it, and whoever is called by
// name, as far as they see it.
func (n notices) workNotices(ctx context.Context, j workNoticeJob) error {
	e := j.Event
	sys := n.project.Portals.System(e.Portal, "notices")
	c, err := n.project.Works.Concern(ctx, sys, e)
	if fault.Is(err, fault.KindNotFound) {
		return nil // gone meanwhile
	}
	if err != nil {
		return err
	}
	kinds := map[id.ID]string{}
	if e.Kind == work.EventAssigned {
		for _, to := range e.To {
			kinds[to] = notice.KindAssigned
		}
	} else {
		for _, d := range c.Doers {
			kinds[d] = notice.KindComment
		}
		names := map[string][]id.ID{}
		var list []string
		for _, p := range c.People {
			names[p.Name] = append(names[p.Name], p.ID)
			list = append(list, p.Name)
		}
		if e.By == 0 {
			list = nil // what came from the CRM called its people there
		}
		for _, name := range notice.Mentioned(c.Text, list) {
			for _, m := range names[name] {
				kinds[m] = notice.KindMention
			}
		}
		for _, author := range e.To {
			delete(kinds, author)
		}
	}
	delete(kinds, e.By)
	var told []notice.New
	for member, kind := range kinds {
		as, err := n.project.Portals.EnterMember(ctx, e.Portal, member)
		if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
			continue
		}
		if err != nil {
			return err
		}
		if sees, err := n.project.Works.Sees(ctx, as, e); err != nil || !sees {
			if err != nil && !fault.Is(err, fault.KindForbidden) {
				return err
			}
			continue
		}
		told = append(told, n.told(as, e, c, kind))
	}
	return n.post(ctx, told)
}

func (n notices) told(as portal.Member, e work.Event, c work.Concern, kind string) notice.New {
	part := map[string]string{work.KindTask: "tasks", work.KindBug: "bugs"}[e.Of]
	path := portalURL(e.Portal) + "/projects/" + e.Project.String() + "/" + part + "/" + e.Item.String()
	unique := kind + ":" + e.Item.String() + ":" + e.Comment.String()
	if e.Comment != 0 {
		path += "#comments"
	}
	by := e.ByName
	if by == "" {
		by = "Musubi"
	}
	return notice.New{Person: as.Person(), Kind: kind, Key: "notice.text." + kind, Path: path, Unique: unique, Tenant: mail.Tenant{Portal: e.Portal},
		Args: fault.Args{"By": by, "Item": c.Title, "Where": c.Project.Name}}
}
