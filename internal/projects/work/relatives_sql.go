package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// relatives reads the tasks around one.
func (s *Service) relatives(ctx context.Context, st stance, t taskRow, today string, out *Inner) error {
	project := t.Project.ID
	above, err := ancestors(ctx, s.db, st.as.Portal(), project, t)
	if err != nil {
		return err
	}
	linked := func(want, have string) func(b *store.Builder) {
		return func(b *store.Builder) {
			b.W(` AND i.id IN (SELECT k.`, want, ` FROM projects_task_links k WHERE k.portal_id = `, b.Arg(st.as.Portal()), ` AND k.`, have, ` = `, b.Arg(t.ID), `)`)
		}
	}
	for _, part := range []struct {
		into  *[]Task
		which func(b *store.Builder)
	}{
		{&out.Above, func(b *store.Builder) { b.W(` AND i.id IN `, b.IDs(above)) }},
		{&out.Below, func(b *store.Builder) { b.W(` AND i.parent_id = `, b.Arg(t.ID)) }},
		{&out.Before, linked("before_id", "after_id")},
		{&out.After, linked("after_id", "before_id")},
	} {
		if part.into == &out.Above && len(above) == 0 {
			continue
		}
		rows, err := listRelatives(ctx, s.db, st, project, part.which)
		if err != nil {
			return err
		}
		if *part.into, err = finishTasks(ctx, s.db, st.as, rows, today); err != nil {
			return err
		}
	}
	out.Above = inOrder(out.Above, above)
	return nil
}

// inOrder puts tasks in the order of the ids, turned round.
func inOrder(list []Task, ids []id.ID) []Task {
	var out []Task
	for i := len(ids) - 1; i >= 0; i-- {
		for _, t := range list {
			if t.ID == ids[i] {
				out = append(out, t)
			}
		}
	}
	return out
}
