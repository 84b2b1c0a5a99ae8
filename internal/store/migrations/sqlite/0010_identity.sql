-- +goose Up
CREATE TABLE identity_people (
    id            INTEGER NOT NULL PRIMARY KEY,
    email_key     TEXT    NOT NULL UNIQUE,
    email         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    locale        TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,
    theme         TEXT    NOT NULL,
    epoch         INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    password_at   INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

CREATE TABLE identity_sessions (
    token_hash   TEXT    NOT NULL PRIMARY KEY,
    id           INTEGER NOT NULL,
    person_id    INTEGER NOT NULL,
    data         BLOB    NOT NULL,
    agent        TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_sessions_person ON identity_sessions (person_id, last_seen_at);
CREATE INDEX identity_sessions_expiry ON identity_sessions (expires_at);

CREATE TABLE identity_attempts (
    email_key  TEXT    NOT NULL PRIMARY KEY,
    failures   INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    wait_until INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_attempts_until ON identity_attempts (until_at);

CREATE TABLE identity_tokens (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    tenant_id  INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    person_id  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_tokens_subject ON identity_tokens (purpose, tenant_id, subject_id);
CREATE INDEX identity_tokens_expiry ON identity_tokens (expires_at);

CREATE TABLE identity_audit (
    org_id    INTEGER NOT NULL,
    portal_id INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    actor_id  INTEGER NOT NULL,
    act       TEXT    NOT NULL,
    target_id INTEGER NOT NULL,
    detail    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (org_id, portal_id, id)
) STRICT;
