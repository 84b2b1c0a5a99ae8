-- +goose Up

-- Who wrote a note that came from outside.
ALTER TABLE crm_notes ADD COLUMN author_name TEXT NOT NULL DEFAULT '';

-- A task of the CRM that is tied to a task of a project. The bases are what both
-- sides held when they were last brought together: what differs from them changed since.
CREATE TABLE integration_task_links (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    item_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'synced', 'failed')),
    reason TEXT NOT NULL,
    left_out TEXT NOT NULL,
    crm_base TEXT NOT NULL,
    project_base TEXT NOT NULL,
    linked_by INTEGER NOT NULL,
    linked_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    synced_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, epoch, task_id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id)
) STRICT;
CREATE UNIQUE INDEX integration_task_links_item ON integration_task_links (org_id, epoch, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX integration_task_links_project ON integration_task_links (org_id, epoch, project_id, id);
CREATE INDEX integration_task_links_state ON integration_task_links (org_id, epoch, state, queued_at, id);

CREATE TABLE integration_task_comments (
    org_id INTEGER NOT NULL,
    link_id INTEGER NOT NULL,
    note_id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    note_base TEXT NOT NULL,
    comment_base TEXT NOT NULL,
    PRIMARY KEY (org_id, link_id, note_id),
    UNIQUE (org_id, link_id, comment_id)
) STRICT;
CREATE INDEX integration_task_comments_epoch ON integration_task_comments (org_id, epoch);

-- What both sides changed at once: the side that changed last won.
CREATE TABLE integration_task_conflicts (
    org_id INTEGER NOT NULL,
    link_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    field TEXT NOT NULL,
    crm_value TEXT NOT NULL,
    project_value TEXT NOT NULL,
    winner TEXT NOT NULL CHECK (winner IN ('crm', 'project')),
    at INTEGER NOT NULL,
    PRIMARY KEY (org_id, link_id, id)
) STRICT;
CREATE INDEX integration_task_conflicts_epoch ON integration_task_conflicts (org_id, epoch);
