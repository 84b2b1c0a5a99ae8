-- +goose Up

-- Reference: which organisations began, which portal each is bound to and when its
-- trial ends, found before any tenant is known (events of a portal, periodic work).
CREATE TABLE integration_directory (
  org_id        INTEGER NOT NULL PRIMARY KEY,
  portal_id     INTEGER,
  trial_ends_at INTEGER
) STRICT;
CREATE INDEX integration_directory_portal ON integration_directory (portal_id, org_id);

-- The facts of one organisation. epoch counts its bindings: rows of the tables below
-- that carry an older epoch are gone for every reader, and swept later. key_serial
-- counts its keys, so that a late answer to an old key cannot break a new one.
CREATE TABLE integration_links (
  org_id             INTEGER NOT NULL PRIMARY KEY,
  version            INTEGER NOT NULL,
  edition            TEXT    NOT NULL,
  time_zone          TEXT    NOT NULL DEFAULT '',
  started_at         INTEGER,
  disabled_at        INTEGER,
  trial_ends_at      INTEGER,
  trial_told         INTEGER NOT NULL DEFAULT 0,
  portal_id          INTEGER,
  portal_name        TEXT    NOT NULL DEFAULT '',
  portal_slug        TEXT    NOT NULL DEFAULT '',
  bound_at           INTEGER,
  bound_by           INTEGER,
  epoch              INTEGER NOT NULL DEFAULT 0,
  grid_version       INTEGER NOT NULL DEFAULT 1,
  key_sealed         BLOB,
  key_email          TEXT    NOT NULL DEFAULT '',
  key_last4          TEXT    NOT NULL DEFAULT '',
  key_serial         INTEGER NOT NULL DEFAULT 0,
  key_ok             INTEGER NOT NULL DEFAULT 0,
  key_broken_at      INTEGER,
  key_reason         TEXT    NOT NULL DEFAULT '',
  association_answer TEXT    NOT NULL DEFAULT '' CHECK (association_answer IN ('', 'yes', 'no')),
  association_by     INTEGER,
  association_at     INTEGER,
  changes_seq        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One step of the set-up as an administrator left it.
CREATE TABLE integration_steps (
  org_id   INTEGER NOT NULL,
  step     TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  value    TEXT    NOT NULL,
  sealed   BLOB,
  saved_by INTEGER NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, step)
) STRICT;

-- Only rows with a tick exist; the administrator profile has none, it may everything.
CREATE TABLE integration_grid (
  org_id     INTEGER NOT NULL,
  profile_id INTEGER NOT NULL,
  can_view   INTEGER NOT NULL,
  can_create INTEGER NOT NULL,
  can_edit   INTEGER NOT NULL,
  can_delete INTEGER NOT NULL,
  modules    TEXT    NOT NULL,
  PRIMARY KEY (org_id, profile_id)
) STRICT;

-- CRM users and what became of registering each in the portal.
CREATE TABLE integration_users (
  org_id    INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,
  user_id   INTEGER NOT NULL,
  member_id INTEGER,
  email     TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  role      TEXT    NOT NULL,
  outcome   TEXT    NOT NULL,
  refused   INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (org_id, epoch, user_id)
) STRICT;
CREATE INDEX integration_users_member ON integration_users (org_id, epoch, member_id);
CREATE INDEX integration_users_refused ON integration_users (org_id, epoch, refused, user_id);

-- Long runs. A batch commits only while step is the one it was begun at, so a worker
-- that wakes up late changes nothing.
CREATE TABLE integration_runs (
  org_id      INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  epoch       INTEGER NOT NULL,
  step        INTEGER NOT NULL,
  cursor      TEXT    NOT NULL,
  total       INTEGER NOT NULL,
  done        INTEGER NOT NULL,
  failed      INTEGER NOT NULL,
  error       TEXT    NOT NULL,
  portal_id   INTEGER,
  key_sealed  BLOB,
  key_email   TEXT    NOT NULL DEFAULT '',
  started_by  INTEGER,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX integration_runs_kind ON integration_runs (org_id, kind, id);

-- A client company is one account, and an account one client company. hidden_at is set
-- while the account lies in the bin.
CREATE TABLE integration_client_links (
  org_id     INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  company_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  linked_by  INTEGER,
  linked_at  INTEGER NOT NULL,
  hidden_at  INTEGER,
  PRIMARY KEY (org_id, epoch, company_id),
  UNIQUE (org_id, epoch, account_id)
) STRICT;

-- A client user is one contact. account_id is the contact's account, kept so that the
-- account's list needs no look at the contacts.
CREATE TABLE integration_contact_links (
  org_id         INTEGER NOT NULL,
  epoch          INTEGER NOT NULL,
  client_user_id INTEGER NOT NULL,
  contact_id     INTEGER NOT NULL,
  company_id     INTEGER NOT NULL,
  account_id     INTEGER,
  source         TEXT    NOT NULL,
  linked_by      INTEGER,
  linked_at      INTEGER NOT NULL,
  hidden_at      INTEGER,
  PRIMARY KEY (org_id, epoch, client_user_id),
  UNIQUE (org_id, epoch, contact_id)
) STRICT;
CREATE INDEX integration_contact_links_account ON integration_contact_links (org_id, epoch, account_id);

-- Projects people associated with a record.
CREATE TABLE integration_project_links (
  org_id     INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  record_id  INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  module     TEXT    NOT NULL,
  account_id INTEGER,
  linked_by  INTEGER,
  linked_at  INTEGER NOT NULL,
  hidden_at  INTEGER,
  trashed_at INTEGER,
  PRIMARY KEY (org_id, epoch, record_id, project_id)
) STRICT;
CREATE INDEX integration_project_links_account ON integration_project_links (org_id, epoch, account_id);
CREATE INDEX integration_project_links_project ON integration_project_links (org_id, epoch, project_id);

-- Projects taken off a record to which they would come by themselves.
CREATE TABLE integration_exclusions (
  org_id      INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  record_id   INTEGER NOT NULL,
  project_id  INTEGER NOT NULL,
  excluded_by INTEGER,
  excluded_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, epoch, record_id, project_id)
) STRICT;

-- What is about to be made in the portal, written first: its id is the idempotency key
-- there, so whoever finds it half done can finish it.
CREATE TABLE integration_intents (
  org_id     INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  token      TEXT    NOT NULL,
  user_id    INTEGER NOT NULL,
  member_id  INTEGER NOT NULL,
  module     TEXT    NOT NULL,
  record_id  INTEGER,
  account_id INTEGER,
  value      TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  project_id INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, user_id, token)
) STRICT;
CREATE INDEX integration_intents_state ON integration_intents (org_id, state, id);
