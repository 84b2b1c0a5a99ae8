-- +goose Up

-- Who wrote a note that came from outside.
ALTER TABLE crm_notes ADD COLUMN author_name TEXT COLLATE "C" NOT NULL DEFAULT '';

-- A task of the CRM that is tied to a task of a project. The bases are what both
-- sides held when they were last brought together: what differs from them changed since.
CREATE TABLE integration_task_links (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    item_id BIGINT,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'synced', 'failed')),
    reason TEXT COLLATE "C" NOT NULL,
    left_out TEXT COLLATE "C" NOT NULL,
    crm_base TEXT COLLATE "C" NOT NULL,
    project_base TEXT COLLATE "C" NOT NULL,
    linked_by BIGINT NOT NULL,
    linked_at BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    synced_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, epoch, task_id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
);
CREATE UNIQUE INDEX integration_task_links_item ON integration_task_links (org_id, epoch, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX integration_task_links_project ON integration_task_links (org_id, epoch, project_id, id);
CREATE INDEX integration_task_links_state ON integration_task_links (org_id, epoch, state, queued_at, id);

CREATE TABLE integration_task_comments (
    org_id BIGINT NOT NULL,
    link_id BIGINT NOT NULL,
    note_id BIGINT NOT NULL,
    comment_id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    note_base TEXT COLLATE "C" NOT NULL,
    comment_base TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, link_id, note_id),
    UNIQUE (org_id, link_id, comment_id)
);
CREATE INDEX integration_task_comments_epoch ON integration_task_comments (org_id, epoch);

-- What both sides changed at once: the side that changed last won.
CREATE TABLE integration_task_conflicts (
    org_id BIGINT NOT NULL,
    link_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    crm_value TEXT COLLATE "C" NOT NULL,
    project_value TEXT COLLATE "C" NOT NULL,
    winner TEXT COLLATE "C" NOT NULL CHECK (winner IN ('crm', 'project')),
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, link_id, id)
);
CREATE INDEX integration_task_conflicts_epoch ON integration_task_conflicts (org_id, epoch);
