package portal

import "musubi/internal/locale"

// The names of roles, areas, actions and levels are locale keys made at run time:
// portal.role.<role>, portal.area.<area>, portal.action.<action>, LevelKey.
func init() {
	locale.Dynamic("portal.role.")
	locale.Dynamic("portal.area.")
	locale.Dynamic("portal.action.")
	locale.Dynamic("portal.level.")
}
