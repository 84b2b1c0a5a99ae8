package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

// byPair are the tables that hold a record and a project, once each.
var byPair = []string{"integration_project_links", "integration_exclusions", "integration_mirrors"}

// byAccount are the tables that keep the account of a contact or deal.
var byAccount = []string{"integration_project_links", "integration_contact_links"}

// mergeTies gives the master the ties of another record, in one binding. It names the
// client whose tie ended because the master has one.
func mergeTies(ctx context.Context, tx *store.Tx, l link, module string, master, other id.ID) (string, error) {
	lost, err := mergeOwnTie(ctx, tx, l, module, master, other)
	if err != nil {
		return "", err
	}
	for _, table := range byPair {
		_, err := tx.Exec(ctx, "UPDATE "+table+` SET record_id = $4 WHERE org_id = $1 AND epoch = $2 AND record_id = $3 AND project_id NOT IN
			(SELECT h.project_id FROM `+table+` h WHERE h.org_id = $1 AND h.epoch = $2 AND h.record_id = $4)`, l.Org, l.Epoch, other, master)
		if err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE org_id = $1 AND epoch = $2 AND record_id = $3", l.Org, l.Epoch, other); err != nil {
			return "", err
		}
	}
	// What somebody associated with one of them is not taken off the other.
	_, err = tx.Exec(ctx, `DELETE FROM integration_exclusions WHERE org_id = $1 AND epoch = $2 AND record_id = $3 AND project_id IN
		(SELECT p.project_id FROM integration_project_links p WHERE p.org_id = $1 AND p.epoch = $2 AND p.record_id = $3)`, l.Org, l.Epoch, master)
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `UPDATE integration_mirror_conflicts SET record_id = $4 WHERE org_id = $1 AND epoch = $2 AND record_id = $3`,
		l.Org, l.Epoch, other, master); err != nil || module != access.TabAccounts {
		return lost, err
	}
	for _, table := range byAccount {
		if _, err := tx.Exec(ctx, "UPDATE "+table+" SET account_id = $4 WHERE org_id = $1 AND epoch = $2 AND account_id = $3", l.Org, l.Epoch, other, master); err != nil {
			return "", err
		}
	}
	return lost, nil
}

// mergeOwnTie moves the tie of an account to its client, or of a contact to its client
// user, unless the master has one: then it ends, and the client is named.
func mergeOwnTie(ctx context.Context, tx *store.Tx, l link, module string, master, other id.ID) (string, error) {
	table, column := "integration_client_links", "account_id"
	switch module {
	case access.TabAccounts:
	case access.TabContacts:
		table, column = "integration_contact_links", "contact_id"
	default:
		return "", nil
	}
	var company id.ID
	err := tx.QueryRow(ctx, "SELECT company_id FROM "+table+" WHERE org_id = $1 AND epoch = $2 AND "+column+" = $3", l.Org, l.Epoch, other).Scan(&company)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	moved, err := tx.Exec(ctx, "UPDATE "+table+" SET "+column+" = $4 WHERE org_id = $1 AND epoch = $2 AND "+column+` = $3 AND NOT EXISTS
		(SELECT 1 FROM `+table+" h WHERE h.org_id = $1 AND h.epoch = $2 AND h."+column+" = $4)", l.Org, l.Epoch, other, master)
	if err != nil || moved > 0 {
		return "", err
	}
	name, err := clientName(ctx, tx, l, company)
	if err != nil {
		return "", err
	}
	if name == "" {
		name = company.String()
	}
	_, err = tx.Exec(ctx, "DELETE FROM "+table+" WHERE org_id = $1 AND epoch = $2 AND "+column+" = $3", l.Org, l.Epoch, other)
	return name, err
}

// clientName gives the name of a tied client; none where it is tied no more.
func clientName(ctx context.Context, q store.Querier, l link, company id.ID) (string, error) {
	var name string
	err := q.QueryRow(ctx, "SELECT name FROM integration_client_links WHERE org_id = $1 AND epoch = $2 AND company_id = $3", l.Org, l.Epoch, company).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// mergeFirings lets the rules that met another record have met the master, so that none
// makes a second project. Of a rule that met both the master's stays; one that has no
// project yet takes the other's.
func mergeFirings(ctx context.Context, tx *store.Tx, org id.ID, master record.Record, other id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE integration_firings AS f SET state = 'done', reason = o.reason, project_id = o.project_id, done_at = COALESCE(o.done_at, $4)
		FROM integration_firings o WHERE f.org_id = $1 AND f.record_id = $3 AND f.project_id IS NULL
		AND f.rule_id IN (SELECT r.id FROM integration_rules r WHERE r.org_id = $1)
		AND o.org_id = f.org_id AND o.rule_id = f.rule_id AND o.record_id = $2 AND o.project_id IS NOT NULL`, org, other, master.ID, store.Micros(tx.Now()))
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `UPDATE integration_firings AS f SET record_id = $3, name = $4 WHERE f.org_id = $1 AND f.record_id = $2
		AND f.rule_id IN (SELECT r.id FROM integration_rules r WHERE r.org_id = $1)
		AND NOT EXISTS (SELECT 1 FROM integration_firings x WHERE x.org_id = $1 AND x.rule_id = f.rule_id AND x.record_id = $3)
		RETURNING rule_id`, org, other, master.ID, master.Name)
	rules, err := store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	// A project half made is finished, not made again.
	for _, rule := range rules {
		if _, err := tx.Exec(ctx, `UPDATE integration_intents SET token = $3, record_id = $4 WHERE org_id = $1 AND user_id = 0 AND token = $2`,
			org, ruleToken(rule, other), ruleToken(rule, master.ID), master.ID); err != nil {
			return err
		}
	}
	return nil
}

func archivedEpochs(ctx context.Context, q store.Querier, l link) ([]int64, error) {
	rows, err := q.Query(ctx, "SELECT epoch FROM integration_archives WHERE org_id = $1 AND epoch <> $2 ORDER BY epoch", l.Org, l.Epoch)
	return store.Collect(rows, err, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) })
}

// movedContacts gives contacts that are client users of another client than their
// account's, the account being another now.
func movedContacts(ctx context.Context, q store.Querier, l link, limit int) ([]id.ID, error) {
	return ids(ctx, q, `SELECT c.contact_id FROM integration_contact_links c WHERE c.org_id = $1 AND c.epoch = $2 AND c.hidden_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM integration_client_links k WHERE k.org_id = c.org_id AND k.epoch = c.epoch AND k.company_id = c.company_id AND k.account_id = c.account_id)
		ORDER BY c.client_user_id LIMIT $3`, l.Org, l.Epoch, limit)
}
