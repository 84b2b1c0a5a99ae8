-- +goose Up

-- An import can be taken back: ledger says that import_effects knows what it did, undo
-- how far that is. undo_line and undo_subject are the effect taken back last.
ALTER TABLE import_runs ADD COLUMN ledger BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN undo TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (undo IN ('', 'running', 'done', 'failed'));
ALTER TABLE import_runs ADD COLUMN undo_by BIGINT;
ALTER TABLE import_runs ADD COLUMN undo_at BIGINT;
ALTER TABLE import_runs ADD COLUMN undo_line BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN undo_subject BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN undone BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
CREATE INDEX import_runs_kind ON import_runs (tenant_id, kind, id);

-- What a line did to one record: changes are the kind's own words of what stood there
-- before. fate is empty until an undo came by.
CREATE TABLE import_effects (
  tenant_id BIGINT NOT NULL,
  run_id    BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  subject   BIGINT NOT NULL,
  module    TEXT COLLATE "C"    NOT NULL,
  name      TEXT COLLATE "C"    NOT NULL,
  act       TEXT COLLATE "C"    NOT NULL CHECK (act IN ('created', 'updated')),
  changes   TEXT COLLATE "C"    NOT NULL,
  fate      TEXT COLLATE "C"    NOT NULL DEFAULT '' CHECK (fate IN ('', 'undone', 'kept')),
  reasons   TEXT COLLATE "C"    NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, run_id, line, subject)
);
CREATE INDEX import_effects_kept ON import_effects (tenant_id, run_id, line, subject) WHERE fate = 'kept';

-- Who put a project into the bin. trashed is 2 while it is being deleted for good.
ALTER TABLE projects_projects ADD COLUMN trashed_by BIGINT;
CREATE INDEX projects_projects_bin ON projects_projects (portal_id, trashed, trashed_at, id);

-- Deleting a record for good asks who still points at it.
CREATE INDEX crm_contacts_account_all ON crm_contacts (org_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX crm_deals_account_all ON crm_deals (org_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX crm_deals_contact_all ON crm_deals (org_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX crm_tasks_account_all ON crm_tasks (org_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX crm_tasks_contact_all ON crm_tasks (org_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX crm_tasks_deal_all ON crm_tasks (org_id, deal_id) WHERE deal_id IS NOT NULL;
