package work

import "context"

// Round does what the nightly job does.
func Round(ctx context.Context, s *Service) error { return s.purgeRound(ctx, binRound{}) }
