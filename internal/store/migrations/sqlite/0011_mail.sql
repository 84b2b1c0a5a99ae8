-- +goose Up
-- The tenant is an organisation, a portal, or 0 for what concerns a person alone.
CREATE TABLE mail_messages (
    tenant_id  INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    unique_key TEXT,
    to_name    TEXT    NOT NULL,
    to_email   TEXT    NOT NULL,
    locale     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    link       TEXT    NOT NULL,
    private    INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    tries      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at    INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, unique_key)
) STRICT;
CREATE INDEX mail_messages_latest ON mail_messages (tenant_id, created_at, id);

CREATE TABLE mail_attachments (
    tenant_id  INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, message_id, place),
    FOREIGN KEY (tenant_id, message_id) REFERENCES mail_messages (tenant_id, id)
) STRICT;
