package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// moduleOf gives the second level of the grid that rules an item's comments.
func moduleOf(kind string) string {
	if kind == gate.ItemBug {
		return ModuleBugs
	}
	return ModuleTasks
}

// Comments lists what was said about a task or bug, the latest first.
func (s *Service) Comments(ctx context.Context, as access.Actor, project id.ID, kind string, item id.ID, r page.Request) (page.Page[gate.Comment], error) {
	return insideList(ctx, s, as, moduleOf(kind), func(c *gate.Comment) *gate.ItemRights { return &c.Rights },
		func(ctx context.Context, p gate.Person) (page.Page[gate.Comment], error) {
			return p.Comments(ctx, project, kind, item, r)
		})
}

// SaveComment says something about an item, or changes what one said; it takes the
// grid's right to edit.
func (s *Service) SaveComment(ctx context.Context, as access.Actor, idem string, project id.ID, kind string, item id.ID, in gate.CommentInput) (gate.Comment, error) {
	return insideOne(ctx, s, as, moduleOf(kind), access.Edit, func(c *gate.Comment) *gate.ItemRights { return &c.Rights },
		func(ctx context.Context, p gate.Person) (gate.Comment, error) {
			return p.SaveComment(ctx, formIdem(as, idem), project, kind, item, in)
		})
}

// DeleteComment takes a comment away.
func (s *Service) DeleteComment(ctx context.Context, as access.Actor, project id.ID, kind string, item, comment id.ID) error {
	return insideDelete(ctx, s, as, moduleOf(kind), func(ctx context.Context, p gate.Person) error {
		return p.DeleteComment(ctx, project, kind, item, comment)
	})
}
