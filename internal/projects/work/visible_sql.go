package work

import (
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// visible writes which projects, under the alias p, the badge can enter: those of
// its portal, and of these all for who sees all; for a client user those they were
// put on, by name or with their whole company; for others public ones and those
// they were put on. Templates are none of them. It is a whole condition and comes
// first after WHERE.
func visible(b *store.Builder, as portal.Member) {
	enterable(b, as)
	b.W(` AND p.template = 0`)
}

// reachable is visible with the templates for those who manage them.
func reachable(b *store.Builder, as portal.Member) {
	if as.Level(portal.ActTemplates) == portal.LevelAll {
		enterable(b, as)
		return
	}
	visible(b, as)
}

func enterable(b *store.Builder, as portal.Member) {
	b.W(`p.portal_id = `, b.Arg(as.Portal()))
	switch {
	case as.Nobody():
		b.W(` AND 1 = 0`)
	case seesAll(as):
	case as.Client():
		b.W(` AND p.id IN (SELECT vu.project_id FROM projects_project_users vu
			WHERE vu.portal_id = `, b.Arg(as.Portal()), ` AND vu.user_id = `, b.Arg(as.ID()), `
			UNION SELECT vc.project_id FROM projects_project_clients vc
			WHERE vc.portal_id = `, b.Arg(as.Portal()), ` AND vc.company_id = `, b.Arg(as.CompanyID()), ` AND vc.all_users = 1)`)
	default:
		b.W(` AND (p.is_public = 1 OR `)
		placed(b, as)
		b.W(`)`)
	}
}

// placed writes which projects, under the alias p, the badge was put on as a member.
func placed(b *store.Builder, as portal.Member) {
	b.W(`p.id IN (SELECT vm.project_id FROM projects_project_members vm
		WHERE vm.portal_id = `, b.Arg(as.Portal()), ` AND vm.member_id = `, b.Arg(as.ID()), `)`)
}

// seen writes which items, under the alias i, the badge sees in the project of the
// stance; tasks alone know a reach of only what one made or is to do.
func (st stance) seen(b *store.Builder, act portal.Action) {
	switch st.level(act) {
	case portal.LevelAll:
	case portal.LevelExternal:
		b.W(` AND i.external = 1`)
	case portal.LevelRelated:
		b.W(` AND (i.created_by = `, b.Arg(st.as.ID()), ` OR EXISTS (SELECT 1 FROM projects_task_owners vo
			WHERE vo.portal_id = i.portal_id AND vo.task_id = i.id AND vo.member_id = `, b.Arg(st.as.ID()), `))`)
	default:
		b.W(` AND 1 = 0`)
	}
}
