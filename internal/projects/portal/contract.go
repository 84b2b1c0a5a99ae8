package portal

import (
	"context"
	"time"

	"musubi/internal/store"
)

// sweepBatch is how many contracts one sweep ends; the next takes the rest.
const sweepBatch = 200

// ContractEnded is the reason noted in the audit log; faces put it into words.
const ContractEnded = "contract ended"

// EndContracts deactivates contractors whose last day is over, so that lists, limits
// and the outbox say so too; their badge is refused from the first minute anyway. It
// gives how many it ended. A periodic job calls it.
func (s *Service) EndContracts(ctx context.Context) (int, error) {
	// Ask for all that may be over where the day comes first; each portal's zone decides.
	latest := s.db.Now().UTC().Add(14 * time.Hour).Format(time.DateOnly)
	found, err := overdue(ctx, s.db, latest, sweepBatch)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, pair := range found {
		shut := false
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := lockPortal(ctx, tx, pair[0]); err != nil {
				return err
			}
			p, err := personByID(ctx, tx, tx.Now(), pair[0], pair[1])
			if err != nil {
				return err
			}
			if shut = !p.Active; !shut {
				return nil
			}
			return s.shut(ctx, tx, s.System(pair[0], ContractEnded), p)
		})
		if err != nil {
			return ended, err
		}
		if shut {
			ended++
		}
	}
	return ended, nil
}
