-- +goose Up

-- Requests to the owner of a portal to open it to an organisation. The link in the
-- letter is known here by its keyed hash only. At most one request waits at a time.
CREATE TABLE integration_approvals (
  org_id       INTEGER NOT NULL,
  id           INTEGER NOT NULL,
  email        TEXT    NOT NULL,
  email_key    TEXT    NOT NULL,
  token_hash   BLOB    NOT NULL,
  state        TEXT    NOT NULL,
  requested_by INTEGER NOT NULL,
  requested_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  letters      INTEGER NOT NULL,
  answered_at  INTEGER,
  portal_name  TEXT    NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT;
CREATE UNIQUE INDEX integration_approvals_token ON integration_approvals (org_id, token_hash);
CREATE UNIQUE INDEX integration_approvals_waiting ON integration_approvals (org_id) WHERE state = 'waiting';
