package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/page"
)

// Export gives every record of a list to each, a page at a time in the list's order,
// and notes it in the audit log. The permission to export stands besides that to view.
func (s *Service) Export(ctx context.Context, as access.Actor, module string, q Query, each func(List) error) error {
	if _, err := s.Module(as, module); err != nil {
		return err
	}
	if err := as.RequirePermission(access.Export); err != nil {
		return err
	}
	rows := 0
	q.Page = page.Request{Size: page.MaxSize}
	for {
		list, err := s.List(ctx, as, module, q)
		if err != nil {
			return err
		}
		if err := each(list); err != nil {
			return err
		}
		rows += len(list.Items)
		if q.Page.Cursor = list.Next; list.Next == "" {
			return s.access.NoteExport(ctx, as, module, rows)
		}
	}
}
