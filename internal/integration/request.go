package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// RequestProject asks the administrators for a project of a record, on behalf of somebody
// who may start projects in CRM and lacks the right in Projects. They are told once a day
// for each record and asker, with the way to the form.
func (s *Service) RequestProject(ctx context.Context, as access.Actor, module string, of id.ID) error {
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return err
	}
	if err := l.offered(module); err != nil {
		return err
	}
	rec, err := s.ready(ctx, as, module, of)
	if err != nil {
		return err
	}
	err = s.mayCreate(ctx, l, r)
	if err == nil {
		return fault.Conflict("integration.fault.request_needless").WithCode("request_needless")
	}
	if !fault.HasCode(err, gate.CodeNoCreateProject) {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		day := tx.Now().In(zoneOf(l.TimeZone)).Format(time.DateOnly)
		return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: letterWanted,
			Unique: letterWanted + ":" + rec.ID.String() + ":" + as.User().String() + ":" + day,
			Args:   fault.Args{"Record": rec.Name, "Who": as.Name(), "Email": as.Email()},
			Path:   "/crm/" + l.Org.String() + "/" + module + "/" + rec.ID.String() + "/projects/new"})
	})
}
