-- +goose Up

-- Fields a portal adds to its projects; their values stand in the project's row by id.
CREATE TABLE projects_fields (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C" NOT NULL,
    required BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, name_key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
ALTER TABLE projects_projects ADD COLUMN custom TEXT COLLATE "C" NOT NULL DEFAULT '{}';

-- Which field of a record fills which field of a project that is made of it.
CREATE TABLE integration_mappings (
    org_id BIGINT NOT NULL,
    portal_id BIGINT NOT NULL,
    module TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, portal_id, module, target),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
);
