package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// The kinds of items people comment on.
const (
	ItemTask = work.KindTask
	ItemBug  = work.KindBug
)

// MaxComment is the longest comment, in characters.
const MaxComment = work.MaxComment

// CommentInput is a comment to make or, with an ID, to change at its version. Author,
// or AuthorName without an id, is who said it; only a session names somebody else.
type CommentInput struct {
	ID         id.ID  `json:"id"`
	Version    int64  `json:"version"`
	Body       string `json:"body"`
	Author     id.ID  `json:"author"`
	AuthorName string `json:"author_name"`
}

// Comment is what somebody said about a task or a bug; By has no id for what came from
// outside the portal.
type Comment struct {
	ID      id.ID      `json:"id"`
	Body    string     `json:"body"`
	By      Ref        `json:"by"`
	At      int64      `json:"at"` // microseconds UTC
	Edited  bool       `json:"edited"`
	Version int64      `json:"version"`
	Rights  ItemRights `json:"rights"`
}

func commentValue(c work.Comment) Comment {
	return Comment{ID: c.ID, Body: c.Body, By: ref(c.By), At: c.At.UnixMicro(), Edited: c.Edited, Version: c.Version, Rights: ItemRights(c.Rights)}
}

func saveComment(ctx context.Context, w *work.Service, as portal.Member, idem string, project id.ID, kind string, item id.ID, in CommentInput) (Comment, error) {
	var out work.Comment
	var err error
	if in.ID == 0 {
		out, err = w.AddComment(ctx, as, project, kind, item, idem, work.NewComment{Body: in.Body, Author: in.Author, AuthorName: in.AuthorName})
	} else {
		out, err = w.UpdateComment(ctx, as, project, kind, item, in.ID, in.Version, in.Body)
	}
	return commentValue(out), err
}

func (p *person) Comments(ctx context.Context, project id.ID, kind string, item id.ID, r page.Request) (page.Page[Comment], error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return page.Page[Comment]{}, err
	}
	list, err := w.Comments(ctx, as, project, kind, item, r)
	return mapPage(list, commentValue), err
}

func (p *person) SaveComment(ctx context.Context, idem string, project id.ID, kind string, item id.ID, in CommentInput) (Comment, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Comment{}, err
	}
	return saveComment(ctx, w, as, idem, project, kind, item, in)
}

func (p *person) DeleteComment(ctx context.Context, project id.ID, kind string, item, comment id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteComment(ctx, as, project, kind, item, comment)
}
