-- +goose Up

-- When a record comes to fulfil the conditions, a project is made as the action says,
-- with the rights run_by has in the portal it was written for.
CREATE TABLE integration_rules (
  org_id     BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  name       TEXT COLLATE "C" NOT NULL,
  active     BIGINT NOT NULL,
  module     TEXT COLLATE "C" NOT NULL,
  conditions TEXT COLLATE "C" NOT NULL,
  action     TEXT COLLATE "C" NOT NULL,
  portal_id  BIGINT NOT NULL,
  run_by     BIGINT NOT NULL,
  saved_at   BIGINT NOT NULL,
  deleted    BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX integration_rules_module ON integration_rules (org_id, deleted, active, module, id);

-- The ledger: a rule fires once for a record, whatever happens afterwards.
CREATE TABLE integration_firings (
  org_id      BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  rule_id     BIGINT NOT NULL,
  record_id   BIGINT NOT NULL,
  module      TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  reason      TEXT COLLATE "C" NOT NULL,
  project_id  BIGINT,
  fired_by    BIGINT,
  fired_at    BIGINT NOT NULL,
  done_at     BIGINT,
  reopened_at BIGINT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, rule_id, record_id)
);
CREATE INDEX integration_firings_state ON integration_firings (org_id, state, id);
