package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// The work inside a project passes two gates: the grid's second level for its module,
// then the member's own rights in Projects. What comes back carries the rights both
// leave.

// inside makes one call for a person with a right in a module of a project.
func inside[T any](ctx context.Context, s *Service, as access.Actor, module string, right access.Right,
	fn func(context.Context, gate.Person) (T, error)) (T, access.Rights, error) {
	var out T
	l, r, err := s.enterModule(ctx, as, module, right)
	if err != nil {
		return out, access.Rights{}, err
	}
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out, err = fn(ctx, p)
		return err
	})
	return out, r.Modules[module], err
}

func insideOne[T any](ctx context.Context, s *Service, as access.Actor, module string, right access.Right,
	rights func(*T) *gate.ItemRights, fn func(context.Context, gate.Person) (T, error)) (T, error) {
	out, grid, err := inside(ctx, s, as, module, right, fn)
	clamp(rights(&out), grid)
	return out, err
}

func insideList[T any](ctx context.Context, s *Service, as access.Actor, module string,
	rights func(*T) *gate.ItemRights, fn func(context.Context, gate.Person) (page.Page[T], error)) (page.Page[T], error) {
	out, grid, err := inside(ctx, s, as, module, access.View, fn)
	for i := range out.Items {
		clamp(rights(&out.Items[i]), grid)
	}
	return out, err
}

func insideDelete(ctx context.Context, s *Service, as access.Actor, module string, fn func(context.Context, gate.Person) error) error {
	_, _, err := inside(ctx, s, as, module, access.Delete, func(ctx context.Context, p gate.Person) (struct{}, error) {
		return struct{}{}, fn(ctx, p)
	})
	return err
}

func clamp(have *gate.ItemRights, grid access.Rights) {
	have.Edit = have.Edit && grid.Edit
	have.Delete = have.Delete && grid.Delete
}

// saving is the right it takes to save: creating when there is no id yet.
func saving(existing id.ID) access.Right {
	if existing == 0 {
		return access.Create
	}
	return access.Edit
}

// formIdem names one submit of a form: forms of others cannot collide with it.
func formIdem(as access.Actor, token string) string {
	if token == "" {
		return ""
	}
	return "org:" + as.Org().String() + ":user:" + as.User().String() + ":form:" + token
}
