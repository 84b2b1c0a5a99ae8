package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// copiedDocument is a row of the documents of a copy, named as the columns.
type copiedDocument struct {
	ID       id.ID  `json:"id"`
	File     id.ID  `json:"file_id"`
	Name     string `json:"name"`
	Size     int64  `json:"size"`
	Type     string `json:"type"`
	External int    `json:"external"`
}

// copyDocuments gives a new project the documents of its pattern: what they hold is
// shared, so it takes no time. What a customer was shown becomes internal in a template,
// or else the next customer would see it; whoever keeps the template may show it again.
func (s *Service) copyDocuments(ctx context.Context, tx *store.Tx, as portal.Member, from *pattern, project id.ID) error {
	list, err := copyableDocuments(ctx, tx, as.Portal(), from.source)
	if err != nil || len(list) == 0 {
		return err
	}
	held := make([]id.ID, len(list))
	for i := range list {
		held[i], list[i].ID = list[i].File, tx.NewID()
		if !from.template {
			list[i].External = 0
		}
	}
	if err := s.files.Keep(ctx, tx, as.Portal(), held...); err != nil {
		return err
	}
	return insertDocuments(ctx, tx, as, project, list)
}
