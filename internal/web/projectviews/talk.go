package projectviews

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/ui"
)

// Comment is what somebody said about an item.
type Comment struct {
	ID        id.ID
	Version   int64
	Body      string
	By        string
	At        time.Time
	Edited    bool
	CanEdit   bool
	CanDelete bool
}

// Talk is what was said about an item with the form to say more.
type Talk struct {
	At      string // the item's address
	List    []Comment
	Earlier string // address of older ones
	May     bool   // say more
	Token   string
}

// Kind gives the part's word for what people comment on; empty for milestones.
func (p Part) Kind() string {
	return map[Part]string{Tasks: gate.ItemTask, Bugs: gate.ItemBug}[p]
}

// Commented lists the parts people comment on.
func Commented() []Part { return []Part{Tasks, Bugs} }

// GateComment shows a comment that came through the gate.
func GateComment(c gate.Comment) Comment {
	return Comment{ID: c.ID, Version: c.Version, Body: c.Body, By: c.By.Name, At: time.UnixMicro(c.At), Edited: c.Edited, CanEdit: c.Rights.Edit, CanDelete: c.Rights.Delete}
}

func (t Talk) at(c Comment) string { return t.At + "/comments/" + c.ID.String() }

// who tells who said it, and when.
func who(ctx context.Context, c Comment) string {
	words := locale.T(ctx, "projectviews.comment.by", locale.Args{"Name": c.By, "When": locale.DateTime(ctx, c.At)})
	if c.Edited {
		words += " " + locale.T(ctx, "projectviews.comment.edited")
	}
	return words
}

// AskComment is the question before a comment is deleted.
func AskComment(ctx context.Context, item string, comment id.ID) ui.Confirm {
	title := locale.T(ctx, "projectviews.comment.delete")
	return ui.Confirm{Title: title, Text: locale.T(ctx, "projectviews.comment.delete_text"), Action: item + "/comments/" + comment.String() + "/delete",
		Label: title, Dangerous: true, BackURL: item}
}
