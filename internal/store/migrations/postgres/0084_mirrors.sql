-- +goose Up

-- How a mapped field goes on after the project was made: once, or live in a direction.
ALTER TABLE integration_mappings ADD COLUMN flow TEXT COLLATE "C" NOT NULL DEFAULT 'once';

-- A record and a project whose mapped fields are kept the same. The bases are what both
-- sides held when they were last brought together.
CREATE TABLE integration_mirrors (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    module TEXT COLLATE "C" NOT NULL,
    record_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'synced', 'failed')),
    reason TEXT COLLATE "C" NOT NULL DEFAULT '',
    left_out TEXT COLLATE "C" NOT NULL DEFAULT '',
    crm_base TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    project_base TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    queued_at BIGINT NOT NULL,
    synced_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, epoch, record_id, project_id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
);
CREATE INDEX integration_mirrors_module ON integration_mirrors (org_id, epoch, module, id);
CREATE INDEX integration_mirrors_project ON integration_mirrors (org_id, epoch, project_id, id);
CREATE INDEX integration_mirrors_state ON integration_mirrors (org_id, epoch, state, queued_at, id);

-- What a live mirror wrote over: what both sides held, and whose value stayed.
CREATE TABLE integration_mirror_conflicts (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    module TEXT COLLATE "C" NOT NULL,
    record_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    crm_value TEXT COLLATE "C" NOT NULL,
    project_value TEXT COLLATE "C" NOT NULL,
    winner TEXT COLLATE "C" NOT NULL CHECK (winner IN ('crm', 'project')),
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX integration_mirror_conflicts_epoch ON integration_mirror_conflicts (org_id, epoch, id);

CREATE INDEX integration_mirror_conflicts_pair ON integration_mirror_conflicts (org_id, epoch, record_id, project_id, at);

-- Modules whose records do not show their projects, by comma.
ALTER TABLE integration_links ADD COLUMN modules_off TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Whether something outside follows a project's values.
ALTER TABLE projects_projects ADD COLUMN watched BIGINT NOT NULL DEFAULT 0;
