package integration

import (
	"context"
	"strings"

	"musubi/internal/crm/note"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// said is a note as the project is told it.
func said(n note.Note) string { return strings.TrimSpace(n.Title + "\n" + n.Body) }

// bringComments brings notes to the project's task and its comments to the record: new
// ones, and those one side changed. What one side deleted stays with the other. Only
// the latest of each are looked at.
func (s *Service) bringComments(ctx context.Context, l link, tie TaskTie) error {
	sys := s.system(l.Org)
	notes, err := s.p.Notes.List(ctx, sys, taskTab, tie.Task, page.Request{Size: page.MaxSize})
	if err != nil {
		return err
	}
	var comments page.Page[gate.Comment]
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		comments, err = g.TaskComments(ctx, tie.Project, tie.Item, page.Request{Size: page.MaxSize})
		return err
	})
	if err != nil {
		return err
	}
	known, err := commentsOf(ctx, s.p.DB, l.Org, tie.ID)
	if err != nil {
		return err
	}
	if len(known) == 0 && len(tie.base.crm) == 0 {
		if known, err = s.adoptComments(ctx, l, tie, notes.Items, comments.Items); err != nil {
			return err
		}
	}
	byNote, byComment := map[id.ID]taskComment{}, map[id.ID]taskComment{}
	for _, k := range known {
		byNote[k.note], byComment[k.comment] = k, k
	}
	people, err := s.authors(ctx, l, notes.Items, comments.Items)
	if err != nil {
		return err
	}
	there := map[id.ID]gate.Comment{}
	for _, c := range comments.Items {
		there[c.ID] = c
	}
	here := map[id.ID]note.Note{}
	for i := len(notes.Items) - 1; i >= 0; i-- { // in the order they were written
		n := notes.Items[i]
		here[n.ID] = n
		if _, ok := byNote[n.ID]; ok {
			continue
		}
		if err := s.tellProject(ctx, l, tie, n, people); err != nil {
			return err
		}
	}
	for i := len(comments.Items) - 1; i >= 0; i-- {
		c := comments.Items[i]
		if k, ok := byComment[c.ID]; ok {
			if err := s.sameComment(ctx, l, tie, k, here[k.note], c); err != nil {
				return err
			}
			continue
		}
		if err := s.tellCRM(ctx, l, tie, c, people); err != nil {
			return err
		}
	}
	if comments.Next != "" || notes.Next != "" {
		return nil // what is not among the latest may well be there
	}
	for _, k := range known {
		if here[k.note].ID != 0 || there[k.comment].ID != 0 {
			continue // what is left keeps its row, so that it is not told again
		}
		err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return dropComment(ctx, tx, l.Org, tie, k) })
		if err != nil {
			return err
		}
	}
	return nil
}

// adoptComments pairs notes and comments that say the same, of a tie that came out of a
// file and knows nothing of what it told before.
func (s *Service) adoptComments(ctx context.Context, l link, tie TaskTie, notes []note.Note, comments []gate.Comment) ([]taskComment, error) {
	free := map[string][]note.Note{}
	for _, n := range notes {
		free[clip(said(n))] = append(free[clip(said(n))], n)
	}
	var out []taskComment
	for _, c := range comments {
		same := free[c.Body]
		if len(same) == 0 {
			continue
		}
		out = append(out, taskComment{same[0].ID, c.ID, said(same[0]), c.Body})
		free[c.Body] = same[1:]
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, k := range out {
			if err := saveComment(ctx, tx, l.Org, tie, k); err != nil {
				return err
			}
		}
		return nil
	})
}

// authors pairs the users and members who wrote.
func (s *Service) authors(ctx context.Context, l link, notes []note.Note, comments []gate.Comment) (taskPeople, error) {
	var users, members []id.ID
	for _, n := range notes {
		users = append(users, n.By)
	}
	for _, c := range comments {
		members = append(members, c.By.ID)
	}
	return pairsOf(ctx, s.p.DB, l, users, members)
}

func (s *Service) tellProject(ctx context.Context, l link, tie TaskTie, n note.Note, people taskPeople) error {
	var made gate.Comment
	err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		made, err = g.SaveTaskComment(ctx, idem(l, "note", tie.ID, n.ID), tie.Project, tie.Item,
			gate.CommentInput{Body: clip(said(n)), Author: people.member[n.By], AuthorName: n.ByName})
		return err
	})
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return saveComment(ctx, tx, l.Org, tie, taskComment{n.ID, made.ID, said(n), made.Body})
	})
}

func (s *Service) tellCRM(ctx context.Context, l link, tie TaskTie, c gate.Comment, people taskPeople) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// Another round may have told it while this one read.
		now, err := readTaskTie(ctx, tx, l.Org, tie.ID)
		if err != nil || now.version != tie.version {
			return orLate(err)
		}
		known, err := commentsOf(ctx, tx, l.Org, tie.ID)
		if err != nil {
			return err
		}
		for _, k := range known {
			if k.comment == c.ID {
				return nil
			}
		}
		made, err := s.p.Notes.Bring(ctx, tx, s.system(l.Org), taskTab, tie.Task, note.Outside{Body: c.Body, By: people.user[c.By.ID], ByName: c.By.Name})
		if err != nil {
			return err
		}
		return saveComment(ctx, tx, l.Org, tie, taskComment{made.ID, c.ID, said(made), c.Body})
	})
}

// sameComment brings over what one side changed; when both did, the project's stays.
func (s *Service) sameComment(ctx context.Context, l link, tie TaskTie, k taskComment, n note.Note, c gate.Comment) error {
	noteChanged, commentChanged := n.ID != 0 && said(n) != k.noteBase, c.Body != k.commentBase
	switch {
	case commentChanged && n.ID != 0:
		return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			after, err := s.p.Notes.Bring(ctx, tx, s.system(l.Org), taskTab, tie.Task, note.Outside{ID: n.ID, Body: c.Body})
			if err != nil {
				return err
			}
			return saveComment(ctx, tx, l.Org, tie, taskComment{k.note, k.comment, said(after), c.Body})
		})
	case noteChanged:
		var after gate.Comment
		err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
			after, err = g.SaveTaskComment(ctx, "", tie.Project, tie.Item, gate.CommentInput{ID: c.ID, Version: c.Version, Body: clip(said(n))})
			return err
		})
		if err != nil {
			return err
		}
		return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return saveComment(ctx, tx, l.Org, tie, taskComment{k.note, k.comment, said(n), after.Body})
		})
	}
	return nil
}

// clip cuts what Projects would not take.
func clip(text string) string {
	r := []rune(text)
	return string(r[:min(len(r), gate.MaxComment)])
}

func orLate(err error) error {
	if err != nil {
		return err
	}
	return errLate
}

// sayInCRM puts a note on a record in the program's own name.
func (s *Service) sayInCRM(ctx context.Context, tx *store.Tx, org, task id.ID, words string) error {
	_, err := s.p.Notes.Bring(ctx, tx, s.system(org), taskTab, task, note.Outside{Body: words})
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}
