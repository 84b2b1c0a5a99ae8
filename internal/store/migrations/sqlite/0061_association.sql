-- +goose Up

-- The outcome of every client and client user of an association run.
CREATE TABLE integration_association_rows (
  org_id     INTEGER NOT NULL,
  run_id     INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  client     TEXT    NOT NULL,
  user_name  TEXT    NOT NULL,
  email      TEXT    NOT NULL,
  account_id INTEGER,
  account    TEXT    NOT NULL,
  contact_id INTEGER,
  contact    TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  failed     INTEGER NOT NULL,
  PRIMARY KEY (org_id, run_id, id)
) STRICT;
CREATE INDEX integration_association_rows_reason ON integration_association_rows (org_id, run_id, reason, id);
CREATE INDEX integration_association_rows_failed ON integration_association_rows (org_id, run_id, failed, id);
CREATE INDEX integration_contact_links_company ON integration_contact_links (org_id, epoch, company_id);
