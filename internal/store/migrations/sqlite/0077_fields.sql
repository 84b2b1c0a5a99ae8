-- +goose Up

-- Fields a portal adds to its projects; their values stand in the project's row by id.
CREATE TABLE projects_fields (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    required INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, name_key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
ALTER TABLE projects_projects ADD COLUMN custom TEXT NOT NULL DEFAULT '{}';

-- Which field of a record fills which field of a project that is made of it.
CREATE TABLE integration_mappings (
    org_id INTEGER NOT NULL,
    portal_id INTEGER NOT NULL,
    module TEXT NOT NULL,
    target TEXT NOT NULL,
    field TEXT NOT NULL,
    PRIMARY KEY (org_id, portal_id, module, target),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
) STRICT;
