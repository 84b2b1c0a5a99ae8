-- +goose Up

-- How a mapped field goes on after the project was made: once, or live in a direction.
ALTER TABLE integration_mappings ADD COLUMN flow TEXT NOT NULL DEFAULT 'once';

-- A record and a project whose mapped fields are kept the same. The bases are what both
-- sides held when they were last brought together.
CREATE TABLE integration_mirrors (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    module TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'synced', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    left_out TEXT NOT NULL DEFAULT '',
    crm_base TEXT NOT NULL DEFAULT '{}',
    project_base TEXT NOT NULL DEFAULT '{}',
    queued_at INTEGER NOT NULL,
    synced_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, epoch, record_id, project_id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
) STRICT;
CREATE INDEX integration_mirrors_module ON integration_mirrors (org_id, epoch, module, id);
CREATE INDEX integration_mirrors_project ON integration_mirrors (org_id, epoch, project_id, id);
CREATE INDEX integration_mirrors_state ON integration_mirrors (org_id, epoch, state, queued_at, id);

-- What a live mirror wrote over: what both sides held, and whose value stayed.
CREATE TABLE integration_mirror_conflicts (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    module TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    target TEXT NOT NULL,
    label TEXT NOT NULL,
    crm_value TEXT NOT NULL,
    project_value TEXT NOT NULL,
    winner TEXT NOT NULL CHECK (winner IN ('crm', 'project')),
    at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX integration_mirror_conflicts_epoch ON integration_mirror_conflicts (org_id, epoch, id);

CREATE INDEX integration_mirror_conflicts_pair ON integration_mirror_conflicts (org_id, epoch, record_id, project_id, at);

-- Modules whose records do not show their projects, by comma.
ALTER TABLE integration_links ADD COLUMN modules_off TEXT NOT NULL DEFAULT '';

-- Whether something outside follows a project's values.
ALTER TABLE projects_projects ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;
