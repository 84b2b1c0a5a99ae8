package integration

import "musubi/internal/locale"

// Prefixes of the keys that say this room's words: a status, an outcome and their
// like are put behind them, as in locale.T(ctx, integration.StatusWord+string(s)).
var (
	StatusWord  = locale.Dynamic("integration.status.")
	OutcomeWord = locale.Dynamic("integration.outcome.")
	RunWord     = locale.Dynamic("integration.run.")
	WhyWord     = locale.Dynamic("integration.why.")
	KeyWord     = locale.Dynamic("integration.key.reason.")
	mailWord    = locale.Dynamic("integration.mail.")
)
