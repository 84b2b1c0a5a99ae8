-- +goose Up

-- When a record comes to fulfil the conditions, a project is made as the action says,
-- with the rights run_by has in the portal it was written for.
CREATE TABLE integration_rules (
  org_id     INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  active     INTEGER NOT NULL,
  module     TEXT    NOT NULL,
  conditions TEXT    NOT NULL,
  action     TEXT    NOT NULL,
  portal_id  INTEGER NOT NULL,
  run_by     INTEGER NOT NULL,
  saved_at   INTEGER NOT NULL,
  deleted    INTEGER NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX integration_rules_module ON integration_rules (org_id, deleted, active, module, id);

-- The ledger: a rule fires once for a record, whatever happens afterwards.
CREATE TABLE integration_firings (
  org_id      INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  rule_id     INTEGER NOT NULL,
  record_id   INTEGER NOT NULL,
  module      TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  reason      TEXT    NOT NULL,
  project_id  INTEGER,
  fired_by    INTEGER,
  fired_at    INTEGER NOT NULL,
  done_at     INTEGER,
  reopened_at INTEGER,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, rule_id, record_id)
) STRICT;
CREATE INDEX integration_firings_state ON integration_firings (org_id, state, id);
