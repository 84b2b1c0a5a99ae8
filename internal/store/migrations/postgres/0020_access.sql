-- +goose Up

-- Reference: small, read from every tenant's statements.
CREATE TABLE crm_organisations (
  id         BIGINT NOT NULL PRIMARY KEY,
  name       TEXT COLLATE "C" NOT NULL,
  edition    TEXT COLLATE "C" NOT NULL CHECK (edition IN ('free', 'paid')),
  time_zone  TEXT COLLATE "C" NOT NULL,
  currency   TEXT COLLATE "C" NOT NULL,
  locale     TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Reference: which organisations a person may enter, found before any tenant is known.
CREATE TABLE crm_memberships (
  person_id BIGINT NOT NULL,
  org_id    BIGINT NOT NULL,
  user_id   BIGINT NOT NULL,
  active    BIGINT NOT NULL,
  PRIMARY KEY (person_id, org_id)
);

CREATE TABLE crm_profiles (
  org_id     BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  name       TEXT COLLATE "C" NOT NULL,
  name_key   TEXT COLLATE "C" NOT NULL,
  kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('administrator', 'standard', 'custom')),
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, name_key),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
);

-- Only ticked rows exist; the administrator profile has none, it may everything.
CREATE TABLE crm_profile_tabs (
  org_id     BIGINT NOT NULL,
  profile_id BIGINT NOT NULL,
  tab        TEXT COLLATE "C" NOT NULL,
  can_view   BIGINT NOT NULL,
  can_create BIGINT NOT NULL,
  can_edit   BIGINT NOT NULL,
  can_delete BIGINT NOT NULL,
  PRIMARY KEY (org_id, profile_id, tab),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id)
);

CREATE TABLE crm_profile_permissions (
  org_id     BIGINT NOT NULL,
  profile_id BIGINT NOT NULL,
  permission TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, profile_id, permission),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id)
);

CREATE TABLE crm_roles (
  org_id     BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  parent_id  BIGINT,
  name       TEXT COLLATE "C" NOT NULL,
  name_key   TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, name_key),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
  FOREIGN KEY (org_id, parent_id) REFERENCES crm_roles (org_id, id)
);
CREATE INDEX crm_roles_parent ON crm_roles (org_id, parent_id);

-- Every pair (superior, strictly below), kept whenever the tree changes, so that
-- "mine or my subordinates'" is one indexed look-up.
CREATE TABLE crm_role_closure (
  org_id   BIGINT NOT NULL,
  above_id BIGINT NOT NULL,
  below_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, above_id, below_id),
  FOREIGN KEY (org_id, above_id) REFERENCES crm_roles (org_id, id),
  FOREIGN KEY (org_id, below_id) REFERENCES crm_roles (org_id, id)
);
CREATE INDEX crm_role_closure_below ON crm_role_closure (org_id, below_id, above_id);

CREATE TABLE crm_users (
  org_id        BIGINT NOT NULL,
  id            BIGINT NOT NULL,
  person_id     BIGINT,
  email         TEXT COLLATE "C" NOT NULL,
  email_key     TEXT COLLATE "C" NOT NULL,
  pending_email TEXT COLLATE "C" NOT NULL,
  name          TEXT COLLATE "C" NOT NULL,
  sort_key      TEXT COLLATE "C" NOT NULL,
  search_key    TEXT COLLATE "C" NOT NULL,
  locale        TEXT COLLATE "C" NOT NULL,
  profile_id    BIGINT NOT NULL,
  role_id       BIGINT NOT NULL,
  status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'inactive', 'unconfirmed')),
  invited_at    BIGINT,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, email_key),
  UNIQUE (org_id, person_id),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
  FOREIGN KEY (org_id, profile_id) REFERENCES crm_profiles (org_id, id),
  FOREIGN KEY (org_id, role_id) REFERENCES crm_roles (org_id, id)
);
CREATE INDEX crm_users_sort ON crm_users (org_id, sort_key, id);
CREATE INDEX crm_users_status ON crm_users (org_id, status, sort_key, id);
CREATE INDEX crm_users_profile ON crm_users (org_id, profile_id, id);
CREATE INDEX crm_users_role ON crm_users (org_id, role_id, id);

CREATE TABLE crm_sharing (
  org_id     BIGINT NOT NULL,
  module     TEXT COLLATE "C" NOT NULL,
  sharing    TEXT COLLATE "C" NOT NULL CHECK (sharing IN ('private', 'read', 'read_write')),
  version    BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, module),
  FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
);
