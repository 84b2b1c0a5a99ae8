-- +goose Up
-- The tenant is an organisation, a portal, or 0 for what concerns a person alone.
CREATE TABLE mail_messages (
    tenant_id  BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    unique_key TEXT COLLATE "C",
    to_name    TEXT COLLATE "C"    NOT NULL,
    to_email   TEXT COLLATE "C"    NOT NULL,
    locale     TEXT COLLATE "C"    NOT NULL,
    subject    TEXT COLLATE "C"    NOT NULL,
    body       TEXT COLLATE "C"    NOT NULL,
    label      TEXT COLLATE "C"    NOT NULL,
    link       TEXT COLLATE "C"    NOT NULL,
    private    BIGINT NOT NULL,
    state      TEXT COLLATE "C"    NOT NULL,
    reason     TEXT COLLATE "C"    NOT NULL,
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, unique_key)
);
CREATE INDEX mail_messages_latest ON mail_messages (tenant_id, created_at, id);

CREATE TABLE mail_attachments (
    tenant_id  BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    place      BIGINT NOT NULL,
    name       TEXT COLLATE "C"    NOT NULL,
    type       TEXT COLLATE "C"    NOT NULL,
    data       BYTEA    NOT NULL,
    PRIMARY KEY (tenant_id, message_id, place),
    FOREIGN KEY (tenant_id, message_id) REFERENCES mail_messages (tenant_id, id)
);
