-- +goose Up

-- Reference: small, read from every tenant's statements.
CREATE TABLE crm_organisations (
  id         INTEGER NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  edition    TEXT    NOT NULL CHECK (edition IN ('free', 'paid')),
  time_zone  TEXT    NOT NULL,
  currency   TEXT    NOT NULL,
  locale     TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Reference: which organisations a person may enter, found before any tenant is known.
CREATE TABLE crm_memberships (
  person_id INTEGER NOT NULL,
  org_id    INTEGER NOT NULL,
  user_id   INTEGER NOT NULL,
  active    INTEGER NOT NULL,
  PRIMARY KEY (person_id, org_id)
) STRICT;

CREATE TABLE crm_profiles (
  org_id     INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('administrator', 'standard', 'custom')),
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, name_key),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
) STRICT;

-- Only ticked rows exist; the administrator profile has none, it may everything.
CREATE TABLE crm_profile_tabs (
  org_id     INTEGER NOT NULL,
  profile_id INTEGER NOT NULL,
  tab        TEXT    NOT NULL,
  can_view   INTEGER NOT NULL,
  can_create INTEGER NOT NULL,
  can_edit   INTEGER NOT NULL,
  can_delete INTEGER NOT NULL,
  PRIMARY KEY (org_id, profile_id, tab),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id)
) STRICT;

CREATE TABLE crm_profile_permissions (
  org_id     INTEGER NOT NULL,
  profile_id INTEGER NOT NULL,
  permission TEXT    NOT NULL,
  PRIMARY KEY (org_id, profile_id, permission),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id)
) STRICT;

CREATE TABLE crm_roles (
  org_id     INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  parent_id  INTEGER,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, name_key),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
  FOREIGN KEY (org_id, parent_id) REFERENCES crm_roles (org_id, id)
) STRICT;
CREATE INDEX crm_roles_parent ON crm_roles (org_id, parent_id);

-- Every pair (superior, strictly below), kept whenever the tree changes, so that
-- "mine or my subordinates'" is one indexed look-up.
CREATE TABLE crm_role_closure (
  org_id   INTEGER NOT NULL,
  above_id INTEGER NOT NULL,
  below_id INTEGER NOT NULL,
  PRIMARY KEY (org_id, above_id, below_id),
  FOREIGN KEY (org_id, above_id) REFERENCES crm_roles (org_id, id),
  FOREIGN KEY (org_id, below_id) REFERENCES crm_roles (org_id, id)
) STRICT;
CREATE INDEX crm_role_closure_below ON crm_role_closure (org_id, below_id, above_id);

CREATE TABLE crm_users (
  org_id        INTEGER NOT NULL,
  id            INTEGER NOT NULL,
  person_id     INTEGER,
  email         TEXT    NOT NULL,
  email_key     TEXT    NOT NULL,
  pending_email TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  sort_key      TEXT    NOT NULL,
  search_key    TEXT    NOT NULL,
  locale        TEXT    NOT NULL,
  profile_id    INTEGER NOT NULL,
  role_id       INTEGER NOT NULL,
  status        TEXT    NOT NULL CHECK (status IN ('active', 'inactive', 'unconfirmed')),
  invited_at    INTEGER,
  version       INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, email_key),
  UNIQUE (org_id, person_id),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id),
  FOREIGN KEY (org_id, role_id) REFERENCES crm_roles (org_id, id)
) STRICT;
CREATE INDEX crm_users_sort ON crm_users (org_id, sort_key, id);
CREATE INDEX crm_users_status ON crm_users (org_id, status, sort_key, id);
CREATE INDEX crm_users_profile ON crm_users (org_id, profile_id, id);
CREATE INDEX crm_users_role ON crm_users (org_id, role_id, id);

CREATE TABLE crm_sharing (
  org_id     INTEGER NOT NULL,
  module     TEXT    NOT NULL,
  sharing    TEXT    NOT NULL CHECK (sharing IN ('private', 'read', 'read_write')),
  version    INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, module),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
) STRICT;
