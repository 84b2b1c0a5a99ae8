-- +goose Up

-- Reference table: one row per portal, small, wanted by every shard.
CREATE TABLE projects_portals (
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    owner_person_id BIGINT NOT NULL,
    public_default BIGINT NOT NULL,
    user_limit BIGINT,
    time_zone TEXT COLLATE "C" NOT NULL,
    locale TEXT COLLATE "C" NOT NULL,
    founding_key TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug),
    UNIQUE (founding_key)
);
CREATE INDEX projects_portals_owner ON projects_portals (owner_person_id, id);

-- The row that numbers the outbox, counts projects and is the portal's lock.
CREATE TABLE projects_portal_state (
    portal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    projects BIGINT NOT NULL,
    PRIMARY KEY (portal_id),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);

-- Reference table: where somebody is, by address until they first sign in, then by
-- person. What they are there stands in projects_people.
CREATE TABLE projects_memberships (
    email_key TEXT COLLATE "C" NOT NULL,
    portal_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    person_id BIGINT,
    PRIMARY KEY (email_key, portal_id)
);
CREATE INDEX projects_memberships_person ON projects_memberships (person_id, portal_id);
CREATE UNIQUE INDEX projects_memberships_member ON projects_memberships (portal_id, member_id);

CREATE TABLE projects_companies (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C" NOT NULL,
    website TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    street TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    postal_code TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
CREATE INDEX projects_companies_name ON projects_companies (portal_id, sort_key, id);

-- Members and client users in one table, so that an address is one of them, once.
-- A removed person keeps the row, for the names on past work, under an email_key
-- no address can have.
CREATE TABLE projects_people (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person_id BIGINT,
    email_key TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('member', 'client')),
    company_id BIGINT,
    role TEXT COLLATE "C" NOT NULL,
    active BIGINT NOT NULL,
    ends_on TEXT COLLATE "C",
    sort_key TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, email_key),
    CHECK ((kind = 'client') = (company_id IS NOT NULL)),
    CHECK ((kind = 'client') = (role = 'client')),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id),
    FOREIGN KEY (portal_id, company_id) REFERENCES projects_companies (portal_id, id)
);
CREATE INDEX projects_people_name ON projects_people (portal_id, kind, sort_key, id);
CREATE INDEX projects_people_company ON projects_people (portal_id, company_id, id);
CREATE INDEX projects_people_person ON projects_people (portal_id, person_id);
CREATE INDEX projects_people_ends ON projects_people (portal_id, ends_on);

CREATE TABLE projects_changes (
    portal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, seq),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);

-- Answers already given to a batch of newcomers, so that asking again gives them.
CREATE TABLE projects_ensured (
    portal_id BIGINT NOT NULL,
    idem TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, idem),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
CREATE INDEX projects_ensured_at ON projects_ensured (portal_id, at);

-- Reference table: one service key per person; found by key_hash, shown from sealed.
CREATE TABLE projects_keys (
    person_id BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    tail TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    last_used_by TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (person_id),
    UNIQUE (key_hash)
);

-- Reference table: keys that were once right, which therefore are no guesses.
CREATE TABLE projects_spent_keys (
    key_hash BYTEA NOT NULL,
    person_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (key_hash)
);

-- Local table: wrong keys of late, by caller and by address.
CREATE TABLE projects_key_attempts (
    bucket TEXT COLLATE "C" NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (bucket)
);
CREATE INDEX projects_key_attempts_at ON projects_key_attempts (last_at);

-- Who uses a portal from outside, and with whose key.
CREATE TABLE projects_connections (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    caller TEXT COLLATE "C" NOT NULL,
    caller_name TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    since BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, caller),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
