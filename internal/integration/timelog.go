package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// Hours go with the tasks of the grid's second level: who may see tasks sees the hours
// Projects shows them, who may edit tasks logs their own.

// TimeSheet lists hours worked on a project, with their sums.
func (s *Service) TimeSheet(ctx context.Context, as access.Actor, project id.ID, q gate.TimeQuery) (gate.TimeSheet, error) {
	out, grid, err := inside(ctx, s, as, ModuleTasks, access.View, func(ctx context.Context, p gate.Person) (gate.TimeSheet, error) {
		return p.TimeSheet(ctx, project, q)
	})
	for i := range out.Items {
		clampTime(&out.Items[i], grid)
	}
	return out, err
}

// TimeLog gives one entry.
func (s *Service) TimeLog(ctx context.Context, as access.Actor, project, entry id.ID) (gate.TimeLog, error) {
	out, grid, err := inside(ctx, s, as, ModuleTasks, access.View, func(ctx context.Context, p gate.Person) (gate.TimeLog, error) {
		return p.TimeLog(ctx, project, entry)
	})
	clampTime(&out, grid)
	return out, err
}

// SaveTimeLog logs hours, or changes them.
func (s *Service) SaveTimeLog(ctx context.Context, as access.Actor, idem string, project id.ID, in gate.TimeInput) (gate.TimeLog, error) {
	out, grid, err := inside(ctx, s, as, ModuleTasks, access.Edit, func(ctx context.Context, p gate.Person) (gate.TimeLog, error) {
		return p.SaveTimeLog(ctx, formIdem(as, idem), project, in)
	})
	clampTime(&out, grid)
	return out, err
}

// DeleteTimeLog takes an entry away; it takes the right to edit, as logging does.
func (s *Service) DeleteTimeLog(ctx context.Context, as access.Actor, project, entry id.ID) error {
	_, _, err := inside(ctx, s, as, ModuleTasks, access.Edit, func(ctx context.Context, p gate.Person) (struct{}, error) {
		return struct{}{}, p.DeleteTimeLog(ctx, project, entry)
	})
	return err
}

func clampTime(t *gate.TimeLog, grid access.Rights) {
	t.Rights.Edit = t.Rights.Edit && grid.Edit
	t.Rights.Delete = t.Rights.Delete && grid.Edit
}
