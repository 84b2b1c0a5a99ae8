package access

import "musubi/internal/store"

func (s Scope) owners(b *store.Builder, org string) string {
	return "SELECT CAST(" + b.Arg(int64(s.user)) + " AS BIGINT)" +
		" UNION ALL SELECT su.id FROM crm_role_closure sc" +
		" JOIN crm_users su ON su.org_id = sc.org_id AND su.role_id = sc.below_id" +
		" WHERE sc.org_id = " + org + " AND sc.above_id = " + b.Arg(int64(s.role))
}
