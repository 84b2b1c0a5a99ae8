-- +goose Up

-- What a portal makes of the statuses of its projects: its own, and what it changed of
-- the built-in ones. An empty name is the built-in word, an empty colour the usual one.
CREATE TABLE projects_statuses (
    portal_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    colour TEXT NOT NULL,
    closed INTEGER NOT NULL,
    own INTEGER NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
CREATE UNIQUE INDEX projects_statuses_name ON projects_statuses (portal_id, name_key) WHERE name_key <> '';
CREATE INDEX projects_projects_status ON projects_projects (portal_id, status, id);
