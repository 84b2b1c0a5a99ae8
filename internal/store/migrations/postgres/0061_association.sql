-- +goose Up

-- The outcome of every client and client user of an association run.
CREATE TABLE integration_association_rows (
  org_id     BIGINT NOT NULL,
  run_id     BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  kind       TEXT COLLATE "C"    NOT NULL,
  client     TEXT COLLATE "C"    NOT NULL,
  user_name  TEXT COLLATE "C"    NOT NULL,
  email      TEXT COLLATE "C"    NOT NULL,
  account_id BIGINT,
  account    TEXT COLLATE "C"    NOT NULL,
  contact_id BIGINT,
  contact    TEXT COLLATE "C"    NOT NULL,
  reason     TEXT COLLATE "C"    NOT NULL,
  failed     BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, id)
);
CREATE INDEX integration_association_rows_reason ON integration_association_rows (org_id, run_id, reason, id);
CREATE INDEX integration_association_rows_failed ON integration_association_rows (org_id, run_id, failed, id);
CREATE INDEX integration_contact_links_company ON integration_contact_links (org_id, epoch, company_id);
