-- +goose Up

-- Reference table: one row per portal, small, wanted by every shard.
CREATE TABLE projects_portals (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    owner_person_id INTEGER NOT NULL,
    public_default INTEGER NOT NULL,
    user_limit INTEGER,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    founding_key TEXT,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug),
    UNIQUE (founding_key)
) STRICT;
CREATE INDEX projects_portals_owner ON projects_portals (owner_person_id, id);

-- The row that numbers the outbox, counts projects and is the portal's lock.
CREATE TABLE projects_portal_state (
    portal_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    projects INTEGER NOT NULL,
    PRIMARY KEY (portal_id),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;

-- Reference table: where somebody is, by address until they first sign in, then by
-- person. What they are there stands in projects_people.
CREATE TABLE projects_memberships (
    email_key TEXT NOT NULL,
    portal_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    person_id INTEGER,
    PRIMARY KEY (email_key, portal_id)
) STRICT;
CREATE INDEX projects_memberships_person ON projects_memberships (person_id, portal_id);
CREATE UNIQUE INDEX projects_memberships_member ON projects_memberships (portal_id, member_id);

CREATE TABLE projects_companies (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    website TEXT NOT NULL,
    email TEXT NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
CREATE INDEX projects_companies_name ON projects_companies (portal_id, sort_key, id);

-- Members and client users in one table, so that an address is one of them, once.
-- A removed person keeps the row, for the names on past work, under an email_key
-- no address can have.
CREATE TABLE projects_people (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    person_id INTEGER,
    email_key TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'client')),
    company_id INTEGER,
    role TEXT NOT NULL,
    active INTEGER NOT NULL,
    ends_on TEXT,
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    removed_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, email_key),
    CHECK ((kind = 'client') = (company_id IS NOT NULL)),
    CHECK ((kind = 'client') = (role = 'client')),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id),
    FOREIGN KEY (portal_id, company_id) REFERENCES projects_companies (portal_id, id)
) STRICT;
CREATE INDEX projects_people_name ON projects_people (portal_id, kind, sort_key, id);
CREATE INDEX projects_people_company ON projects_people (portal_id, company_id, id);
CREATE INDEX projects_people_person ON projects_people (portal_id, person_id);
CREATE INDEX projects_people_ends ON projects_people (portal_id, ends_on);

CREATE TABLE projects_changes (
    portal_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, seq),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;

-- Answers already given to a batch of newcomers, so that asking again gives them.
CREATE TABLE projects_ensured (
    portal_id INTEGER NOT NULL,
    idem TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, idem),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
CREATE INDEX projects_ensured_at ON projects_ensured (portal_id, at);

-- Reference table: one service key per person; found by key_hash, shown from sealed.
CREATE TABLE projects_keys (
    person_id INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    sealed BLOB NOT NULL,
    tail TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    last_used_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id),
    UNIQUE (key_hash)
) STRICT;

-- Reference table: keys that were once right, which therefore are no guesses.
CREATE TABLE projects_spent_keys (
    key_hash BLOB NOT NULL,
    person_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (key_hash)
) STRICT;

-- Local table: wrong keys of late, by caller and by address.
CREATE TABLE projects_key_attempts (
    bucket TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (bucket)
) STRICT;
CREATE INDEX projects_key_attempts_at ON projects_key_attempts (last_at);

-- Who uses a portal from outside, and with whose key.
CREATE TABLE projects_connections (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    caller TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, caller),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
