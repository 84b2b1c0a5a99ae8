-- +goose Up
CREATE TABLE identity_people (
    id            BIGINT NOT NULL PRIMARY KEY,
    email_key     TEXT COLLATE "C"    NOT NULL UNIQUE,
    email         TEXT COLLATE "C"    NOT NULL,
    name          TEXT COLLATE "C"    NOT NULL,
    password_hash TEXT COLLATE "C"    NOT NULL,
    locale        TEXT COLLATE "C"    NOT NULL,
    time_zone     TEXT COLLATE "C"    NOT NULL,
    theme         TEXT COLLATE "C"    NOT NULL,
    epoch         BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    password_at   BIGINT NOT NULL,
    disabled_at   BIGINT
);

CREATE TABLE identity_sessions (
    token_hash   TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    id           BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    data         BYTEA    NOT NULL,
    agent        TEXT COLLATE "C"    NOT NULL,
    address      TEXT COLLATE "C"    NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX identity_sessions_person ON identity_sessions (person_id, last_seen_at);
CREATE INDEX identity_sessions_expiry ON identity_sessions (expires_at);

CREATE TABLE identity_attempts (
    email_key  TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    failures   BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    wait_until BIGINT NOT NULL
);
CREATE INDEX identity_attempts_until ON identity_attempts (until_at);

CREATE TABLE identity_tokens (
    token_hash TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    purpose    TEXT COLLATE "C"    NOT NULL,
    tenant_id  BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    person_id  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_tokens_subject ON identity_tokens (purpose, tenant_id, subject_id);
CREATE INDEX identity_tokens_expiry ON identity_tokens (expires_at);

CREATE TABLE identity_audit (
    org_id    BIGINT NOT NULL,
    portal_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    actor_id  BIGINT NOT NULL,
    act       TEXT COLLATE "C"    NOT NULL,
    target_id BIGINT NOT NULL,
    detail    TEXT COLLATE "C"    NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (org_id, portal_id, id)
);
