package access

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/page"
	"musubi/internal/store"
)

const userColumns = "u.id, u.person_id, u.email, u.pending_email, u.name, u.locale, u.profile_id, u.role_id, u.status, u.invited_at, u.version"

// userScan reads userColumns: dest gives the targets, settle fills what may be NULL.
type userScan struct {
	u       *User
	person  sql.Null[int64]
	invited sql.Null[int64]
}

func scanUserInto(u *User) *userScan { return &userScan{u: u} }

func (s *userScan) dest() []any {
	u := s.u
	return []any{&u.ID, &s.person, &u.Email, &u.PendingEmail, &u.Name, &u.Locale,
		&u.ProfileID, &u.RoleID, &u.Status, &s.invited, &u.Version}
}

func (s *userScan) settle() {
	s.u.PersonID = id.ID(s.person.V)
	if s.invited.Valid {
		s.u.InvitedAt = store.FromMicros(s.invited.V)
	}
}

func scanUser(row scanner) (User, error) {
	var u User
	s := scanUserInto(&u)
	if err := row.Scan(s.dest()...); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return User{}, fault.NotFound("access.fault.no_user")
		}
		return User{}, err
	}
	s.settle()
	return u, nil
}

func userByID(ctx context.Context, q store.Querier, org, user id.ID) (User, error) {
	return scanUser(q.QueryRow(ctx, "SELECT "+userColumns+" FROM crm_users u WHERE u.org_id = $1 AND u.id = $2", org, user))
}

func usersWhere(ctx context.Context, q store.Querier, b *store.Builder) ([]User, error) {
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(row *sql.Rows) (User, error) { return scanUser(row) })
}

func usersByIDs(ctx context.Context, q store.Querier, org id.ID, ids []id.ID) ([]User, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", userColumns, " FROM crm_users u WHERE u.org_id = ", b.Arg(org), " AND u.id IN ", b.IDs(ids))
	return usersWhere(ctx, q, b)
}

// usersByWords gives the users with one of these folded names or addresses.
func usersByWords(ctx context.Context, q store.Querier, org id.ID, names, emails []string) ([]User, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", userColumns, " FROM crm_users u WHERE u.org_id = ", b.Arg(org), " AND ", b.WithinTexts("u.sort_key", names),
		" UNION SELECT ", userColumns, " FROM crm_users u WHERE u.org_id = ", b.Arg(org), " AND ", b.WithinTexts("u.email_key", emails))
	return usersWhere(ctx, q, b)
}

// activeByProfiles reads in the order of ids, the steadiest there is: rows that
// arrive during a long run come last.
func activeByProfiles(ctx context.Context, q store.Querier, org id.ID, profiles []id.ID, after id.ID, limit int) ([]User, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", userColumns, " FROM crm_users u WHERE u.org_id = ", b.Arg(org), " AND u.id > ", b.Arg(after),
		" AND u.status = 'active' AND u.profile_id IN ", b.IDs(profiles), " ORDER BY u.id LIMIT ", b.Arg(limit))
	return usersWhere(ctx, q, b)
}

func activeAdministrators(ctx context.Context, q store.Querier, org id.ID) ([]User, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", userColumns, ` FROM crm_users u
		JOIN crm_profiles p ON p.org_id = u.org_id AND p.id = u.profile_id
		WHERE u.org_id = `, b.Arg(org), " AND u.status = 'active' AND p.kind = 'administrator' ORDER BY u.id")
	return usersWhere(ctx, q, b)
}

// usersPage reads one page by name. The text is looked for in a folded copy of name
// and address; an organisation has too few users for that to need an index.
func usersPage(ctx context.Context, q store.Querier, org id.ID, f UserFilter, r page.Request) (page.Page[User], error) {
	from, err := readCursor(r.Cursor)
	if err != nil {
		return page.Page[User]{}, err
	}
	b := store.Build(q.Dialect())
	b.W("SELECT u.sort_key, ", userColumns, " FROM crm_users u WHERE u.org_id = ", b.Arg(org))
	if f.Status != "" {
		b.W(" AND u.status = ", b.Arg(string(f.Status)))
	}
	if f.Profile != 0 {
		b.W(" AND u.profile_id = ", b.Arg(f.Profile))
	}
	if f.Role != 0 {
		b.W(" AND u.role_id = ", b.Arg(f.Role))
	}
	if text := fold(f.Text); text != "" {
		b.W(" AND u.search_key LIKE ", b.Arg("%"+likeEscaper.Replace(text)+"%"), ` ESCAPE '\'`)
	}
	order, than := "", " > "
	if from != nil && from.Back {
		order, than = " DESC", " < "
	}
	if from != nil {
		b.W(" AND (u.sort_key, u.id)", than, "(", b.Arg(from.Key), ", ", b.Arg(from.ID), ")")
	}
	b.W(" ORDER BY u.sort_key", order, ", u.id", order, " LIMIT ", b.Arg(r.Limit()+1))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(row *sql.Rows) (keyed, error) {
		var k keyed
		s := scanUserInto(&k.user)
		err := row.Scan(append([]any{&k.key}, s.dest()...)...)
		s.settle()
		return k, err
	})
	return pageOf(list, r.Limit(), from), err
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func insertUser(ctx context.Context, tx *store.Tx, org id.ID, u User) error {
	now := store.Micros(tx.Now())
	_, err := tx.Exec(ctx, `INSERT INTO crm_users
		(org_id, id, person_id, email, email_key, pending_email, name, sort_key, search_key, locale,
		 profile_id, role_id, status, invited_at, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`,
		org, u.ID, idOrNull(u.PersonID), u.Email, identity.EmailKey(u.Email), u.PendingEmail, u.Name, fold(u.Name), searchKey(u), u.Locale,
		u.ProfileID, u.RoleID, string(u.Status), microsOrNull(u.InvitedAt), u.Version, now)
	return err
}

func updateUser(ctx context.Context, tx *store.Tx, org id.ID, u User) error {
	_, err := tx.Exec(ctx, `UPDATE crm_users SET person_id = $1, email = $2, email_key = $3, pending_email = $4,
		name = $5, sort_key = $6, search_key = $7, locale = $8, profile_id = $9, role_id = $10, status = $11,
		invited_at = $12, version = $13, updated_at = $14
		WHERE org_id = $15 AND id = $16`,
		idOrNull(u.PersonID), u.Email, identity.EmailKey(u.Email), u.PendingEmail, u.Name, fold(u.Name), searchKey(u), u.Locale,
		u.ProfileID, u.RoleID, string(u.Status), microsOrNull(u.InvitedAt), u.Version, store.Micros(tx.Now()), org, u.ID)
	return err
}

func moveUsersToProfile(ctx context.Context, tx *store.Tx, org, from, to id.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE crm_users SET profile_id = $1, version = version + 1, updated_at = $2
		WHERE org_id = $3 AND profile_id = $4`, to, store.Micros(tx.Now()), org, from)
}

func moveUsersToRole(ctx context.Context, tx *store.Tx, org, from, to id.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE crm_users SET role_id = $1, version = version + 1, updated_at = $2
		WHERE org_id = $3 AND role_id = $4`, to, store.Micros(tx.Now()), org, from)
}

func countUsers(ctx context.Context, q store.Querier, org id.ID) (int, error) {
	var n int
	err := q.QueryRow(ctx, "SELECT COUNT(*) FROM crm_users WHERE org_id = $1 AND status <> 'inactive'", org).Scan(&n)
	return n, err
}

func searchKey(u User) string { return fold(u.Name) + " " + fold(u.Email) }

func idOrNull(i id.ID) sql.Null[int64] { return sql.Null[int64]{V: int64(i), Valid: i != 0} }

// freeEmail refuses an address another user of the organisation has.
func freeEmail(ctx context.Context, q store.Querier, org id.ID, email string) error {
	var n int
	err := q.QueryRow(ctx, "SELECT COUNT(*) FROM crm_users WHERE org_id = $1 AND email_key = $2", org, identity.EmailKey(email)).Scan(&n)
	if err == nil && n > 0 {
		return fault.Conflict("access.fault.email_taken").Field("email", "access.fault.email_taken").WithCode("duplicate")
	}
	return err
}
