-- +goose Up

-- Reference: which organisations began, which portal each is bound to and when its
-- trial ends, found before any tenant is known (events of a portal, periodic work).
CREATE TABLE integration_directory (
  org_id        BIGINT NOT NULL PRIMARY KEY,
  portal_id     BIGINT,
  trial_ends_at BIGINT
);
CREATE INDEX integration_directory_portal ON integration_directory (portal_id, org_id);

-- The facts of one organisation. epoch counts its bindings: rows of the tables below
-- that carry an older epoch are gone for every reader, and swept later. key_serial
-- counts its keys, so that a late answer to an old key cannot break a new one.
CREATE TABLE integration_links (
  org_id             BIGINT NOT NULL PRIMARY KEY,
  version            BIGINT NOT NULL,
  edition            TEXT COLLATE "C" NOT NULL,
  time_zone          TEXT COLLATE "C" NOT NULL DEFAULT '',
  started_at         BIGINT,
  disabled_at        BIGINT,
  trial_ends_at      BIGINT,
  trial_told         BIGINT NOT NULL DEFAULT 0,
  portal_id          BIGINT,
  portal_name        TEXT COLLATE "C" NOT NULL DEFAULT '',
  portal_slug        TEXT COLLATE "C" NOT NULL DEFAULT '',
  bound_at           BIGINT,
  bound_by           BIGINT,
  epoch              BIGINT NOT NULL DEFAULT 0,
  grid_version       BIGINT NOT NULL DEFAULT 1,
  key_sealed         BYTEA,
  key_email          TEXT COLLATE "C" NOT NULL DEFAULT '',
  key_last4          TEXT COLLATE "C" NOT NULL DEFAULT '',
  key_serial         BIGINT NOT NULL DEFAULT 0,
  key_ok             BIGINT NOT NULL DEFAULT 0,
  key_broken_at      BIGINT,
  key_reason         TEXT COLLATE "C" NOT NULL DEFAULT '',
  association_answer TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (association_answer IN ('', 'yes', 'no')),
  association_by     BIGINT,
  association_at     BIGINT,
  changes_seq        BIGINT NOT NULL DEFAULT 0
);

-- One step of the set-up as an administrator left it.
CREATE TABLE integration_steps (
  org_id   BIGINT NOT NULL,
  step     TEXT COLLATE "C" NOT NULL,
  version  BIGINT NOT NULL,
  value    TEXT COLLATE "C" NOT NULL,
  sealed   BYTEA,
  saved_by BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, step)
);

-- Only rows with a tick exist; the administrator profile has none, it may everything.
CREATE TABLE integration_grid (
  org_id     BIGINT NOT NULL,
  profile_id BIGINT NOT NULL,
  can_view   BIGINT NOT NULL,
  can_create BIGINT NOT NULL,
  can_edit   BIGINT NOT NULL,
  can_delete BIGINT NOT NULL,
  modules    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, profile_id)
);

-- CRM users and what became of registering each in the portal.
CREATE TABLE integration_users (
  org_id    BIGINT NOT NULL,
  epoch     BIGINT NOT NULL,
  user_id   BIGINT NOT NULL,
  member_id BIGINT,
  email     TEXT COLLATE "C" NOT NULL,
  name      TEXT COLLATE "C" NOT NULL,
  role      TEXT COLLATE "C" NOT NULL,
  outcome   TEXT COLLATE "C" NOT NULL,
  refused   BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (org_id, epoch, user_id)
);
CREATE INDEX integration_users_member ON integration_users (org_id, epoch, member_id);
CREATE INDEX integration_users_refused ON integration_users (org_id, epoch, refused, user_id);

-- Long runs. A batch commits only while step is the one it was begun at, so a worker
-- that wakes up late changes nothing.
CREATE TABLE integration_runs (
  org_id      BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  kind        TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL,
  epoch       BIGINT NOT NULL,
  step        BIGINT NOT NULL,
  cursor      TEXT COLLATE "C" NOT NULL,
  total       BIGINT NOT NULL,
  done        BIGINT NOT NULL,
  failed      BIGINT NOT NULL,
  error       TEXT COLLATE "C" NOT NULL,
  portal_id   BIGINT,
  key_sealed  BYTEA,
  key_email   TEXT COLLATE "C" NOT NULL DEFAULT '',
  started_by  BIGINT,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX integration_runs_kind ON integration_runs (org_id, kind, id);

-- A client company is one account, and an account one client company. hidden_at is set
-- while the account lies in the bin.
CREATE TABLE integration_client_links (
  org_id     BIGINT NOT NULL,
  epoch      BIGINT NOT NULL,
  company_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  name       TEXT COLLATE "C" NOT NULL,
  source     TEXT COLLATE "C" NOT NULL,
  linked_by  BIGINT,
  linked_at  BIGINT NOT NULL,
  hidden_at  BIGINT,
  PRIMARY KEY (org_id, epoch, company_id),
  UNIQUE (org_id, epoch, account_id)
);

-- A client user is one contact. account_id is the contact's account, kept so that the
-- account's list needs no look at the contacts.
CREATE TABLE integration_contact_links (
  org_id         BIGINT NOT NULL,
  epoch          BIGINT NOT NULL,
  client_user_id BIGINT NOT NULL,
  contact_id     BIGINT NOT NULL,
  company_id     BIGINT NOT NULL,
  account_id     BIGINT,
  source         TEXT COLLATE "C" NOT NULL,
  linked_by      BIGINT,
  linked_at      BIGINT NOT NULL,
  hidden_at      BIGINT,
  PRIMARY KEY (org_id, epoch, client_user_id),
  UNIQUE (org_id, epoch, contact_id)
);
CREATE INDEX integration_contact_links_account ON integration_contact_links (org_id, epoch, account_id);

-- Projects people associated with a record.
CREATE TABLE integration_project_links (
  org_id     BIGINT NOT NULL,
  epoch      BIGINT NOT NULL,
  record_id  BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  module     TEXT COLLATE "C" NOT NULL,
  account_id BIGINT,
  linked_by  BIGINT,
  linked_at  BIGINT NOT NULL,
  hidden_at  BIGINT,
  trashed_at BIGINT,
  PRIMARY KEY (org_id, epoch, record_id, project_id)
);
CREATE INDEX integration_project_links_account ON integration_project_links (org_id, epoch, account_id);
CREATE INDEX integration_project_links_project ON integration_project_links (org_id, epoch, project_id);

-- Projects taken off a record to which they would come by themselves.
CREATE TABLE integration_exclusions (
  org_id      BIGINT NOT NULL,
  epoch       BIGINT NOT NULL,
  record_id   BIGINT NOT NULL,
  project_id  BIGINT NOT NULL,
  excluded_by BIGINT,
  excluded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, epoch, record_id, project_id)
);

-- What is about to be made in the portal, written first: its id is the idempotency key
-- there, so whoever finds it half done can finish it.
CREATE TABLE integration_intents (
  org_id     BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  epoch      BIGINT NOT NULL,
  token      TEXT COLLATE "C" NOT NULL,
  user_id    BIGINT NOT NULL,
  member_id  BIGINT NOT NULL,
  module     TEXT COLLATE "C" NOT NULL,
  record_id  BIGINT,
  account_id BIGINT,
  value      TEXT COLLATE "C" NOT NULL,
  state      TEXT COLLATE "C" NOT NULL,
  project_id BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, user_id, token)
);
CREATE INDEX integration_intents_state ON integration_intents (org_id, state, id);
