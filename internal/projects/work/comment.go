package work

import (
	"context"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// MaxComment is the longest comment, in characters.
const MaxComment = 10_000

// The kinds of items people comment on.
const (
	KindTask = kindTask
	KindBug  = kindBug
)

const kindComment = "comment"

// Comment is what somebody said about a task or a bug: plain text, to whoever sees it.
type Comment struct {
	ID      id.ID
	Body    string
	By      portal.Ref // without an id when it came from outside the portal
	At      time.Time
	Edited  bool
	Version int64
	Rights  ItemRights
}

// NewComment is a comment to make. Author, or AuthorName without an id, is who said
// it; only the system may name somebody else.
type NewComment struct {
	Body       string
	Author     id.ID
	AuthorName string
}

// Comments lists the comments on an item, the latest first.
func (s *Service) Comments(ctx context.Context, as portal.Member, project id.ID, kind string, item id.ID, r page.Request) (page.Page[Comment], error) {
	var none page.Page[Comment]
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return none, err
	}
	if _, err := findItem(ctx, s.db, st, project, kind, item); err != nil {
		return none, err
	}
	before := id.Max
	if r.Cursor != "" {
		if before, err = id.Parse(r.Cursor); err != nil {
			return none, err
		}
	}
	list, err := listComments(ctx, s.db, as.Portal(), item, before, r.Limit()+1)
	if err != nil {
		return none, err
	}
	var out page.Page[Comment]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	for i := range list {
		list[i].Rights = st.comment(list[i])
	}
	out.Items = list
	return out, nil
}

// comment says what the badge may do with one: its author changes and deletes it, who
// manages the project deletes it.
func (st stance) comment(c Comment) ItemRights {
	mine := st.mine(c.By.ID)
	return ItemRights{Edit: mine || st.as.System(), Delete: mine || seesAll(st.as) || st.managed()}
}

// AddComment says something about an item the badge sees; idem as in CreateProject.
func (s *Service) AddComment(ctx context.Context, as portal.Member, project id.ID, kind string, item id.ID, idem string, in NewComment) (Comment, error) {
	if err := as.RequireKnown(); err != nil {
		return Comment{}, err
	}
	c := Comment{Body: strings.TrimSpace(text(in.Body)), By: portal.Ref{ID: as.ID(), Name: as.Name()}, Version: 1}
	if as.System() {
		c.By = portal.Ref{ID: in.Author, Name: line(in.AuthorName)}
	}
	if err := c.check(); err != nil {
		return Comment{}, err
	}
	made, err := s.onceInside(ctx, as, project, kindComment, idem, func(ctx context.Context, tx *store.Tx, made id.ID, p projectRow, st stance) error {
		watched, err := findItem(ctx, tx, st, project, kind, item)
		if err != nil {
			return err
		}
		if st.visitor() {
			return fault.Forbidden("work.fault.forbidden").WithCode("no_comment")
		}
		c.ID, c.At = made, tx.Now()
		if err := insertComment(ctx, tx, as.Portal(), project, kind, item, c); err != nil {
			return err
		}
		if err := s.happened(ctx, tx, as, Event{Kind: EventComment, Project: project, Of: kind, Item: item, Comment: made, ByName: c.By.Name, To: one(c.By.ID)}); err != nil {
			return err
		}
		return s.commented(ctx, tx, as, watched, item)
	})
	if err != nil {
		return Comment{}, err
	}
	return s.comment(ctx, as, project, item, made)
}

// UpdateComment changes what one said, at the version shown.
func (s *Service) UpdateComment(ctx context.Context, as portal.Member, project id.ID, kind string, item, comment id.ID, version int64, body string) (Comment, error) {
	if err := as.RequireKnown(); err != nil {
		return Comment{}, err
	}
	in := Comment{Body: strings.TrimSpace(text(body))}
	if err := in.check(); err != nil {
		return Comment{}, err
	}
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		watched, old, err := s.ownComment(ctx, tx, as, st, project, kind, item, comment)
		if err != nil {
			return err
		}
		if !st.comment(old).Edit {
			return fault.Forbidden("work.fault.forbidden").WithCode("no_comment")
		}
		if old.Version != version {
			return stale()
		}
		if err := updateComment(ctx, tx, as.Portal(), item, comment, in.Body); err != nil {
			return err
		}
		return s.commented(ctx, tx, as, watched, item)
	})
	if err != nil {
		return Comment{}, err
	}
	return s.comment(ctx, as, project, item, comment)
}

// DeleteComment takes a comment away for good.
func (s *Service) DeleteComment(ctx context.Context, as portal.Member, project id.ID, kind string, item, comment id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		watched, old, err := s.ownComment(ctx, tx, as, st, project, kind, item, comment)
		if err != nil {
			return err
		}
		if !st.comment(old).Delete {
			return fault.Forbidden("work.fault.forbidden").WithCode("no_comment")
		}
		if err := deleteComment(ctx, tx, as.Portal(), item, comment); err != nil {
			return err
		}
		return s.commented(ctx, tx, as, watched, item)
	})
}

func (s *Service) comment(ctx context.Context, as portal.Member, project, item, comment id.ID) (Comment, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return Comment{}, err
	}
	c, err := findComment(ctx, s.db, as.Portal(), item, comment)
	c.Rights = st.comment(c)
	return c, err
}

func (s *Service) ownComment(ctx context.Context, tx *store.Tx, as portal.Member, st stance, project id.ID, kind string, item, comment id.ID) (bool, Comment, error) {
	watched, err := findItem(ctx, tx, st, project, kind, item)
	if err != nil {
		return false, Comment{}, err
	}
	c, err := findComment(ctx, tx, as.Portal(), item, comment)
	return watched, c, err
}

// findItem checks that the stance sees the item, and says whether its changes are
// told outside.
func findItem(ctx context.Context, q store.Querier, st stance, project id.ID, kind string, item id.ID) (bool, error) {
	switch kind {
	case KindTask:
		t, err := findTask(ctx, q, st, project, item)
		return t.watched, err
	case KindBug:
		_, err := findBug(ctx, q, st, project, item)
		return false, err
	}
	return false, notFound()
}

// commented tells whoever watches the item.
func (s *Service) commented(ctx context.Context, tx *store.Tx, as portal.Member, watched bool, item id.ID) error {
	if !watched {
		return nil
	}
	return s.portals.Emit(ctx, tx, as.Portal(), portal.Change{Kind: ChangeTaskChanged, Subject: item})
}

func (c Comment) check() error {
	k := newCheck()
	k.name("body", c.Body, MaxComment)
	return k.ok()
}
