-- +goose Up

-- Requests to the owner of a portal to open it to an organisation. The link in the
-- letter is known here by its keyed hash only. At most one request waits at a time.
CREATE TABLE integration_approvals (
  org_id       BIGINT NOT NULL,
  id           BIGINT NOT NULL,
  email        TEXT COLLATE "C"    NOT NULL,
  email_key    TEXT COLLATE "C"    NOT NULL,
  token_hash   BYTEA   NOT NULL,
  state        TEXT COLLATE "C"    NOT NULL,
  requested_by BIGINT NOT NULL,
  requested_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  letters      BIGINT NOT NULL,
  answered_at  BIGINT,
  portal_name  TEXT COLLATE "C"    NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX integration_approvals_token ON integration_approvals (org_id, token_hash);
CREATE UNIQUE INDEX integration_approvals_waiting ON integration_approvals (org_id) WHERE state = 'waiting';
