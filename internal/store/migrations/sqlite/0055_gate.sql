-- +goose Up
-- Which members an organisation may act for: those its own provisioning made or found.
CREATE TABLE projects_gate_links (
    portal_id INTEGER NOT NULL,
    org       TEXT    NOT NULL,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (portal_id, org, member_id)
) STRICT;
