-- +goose Up

-- What a portal makes of the statuses of its projects: its own, and what it changed of
-- the built-in ones. An empty name is the built-in word, an empty colour the usual one.
CREATE TABLE projects_statuses (
    portal_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    colour TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    own BIGINT NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
CREATE UNIQUE INDEX projects_statuses_name ON projects_statuses (portal_id, name_key) WHERE name_key <> '';
CREATE INDEX projects_projects_status ON projects_projects (portal_id, status, id);
