-- +goose Up

-- due_key is due_date, or a day after all days where there is none: lists sort by it.
CREATE TABLE crm_tasks (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    subject TEXT NOT NULL,
    owner_id INTEGER,
    start_date TEXT,
    due_date TEXT,
    status TEXT NOT NULL,
    priority TEXT NOT NULL,
    percent INTEGER NOT NULL,
    contact_id INTEGER,
    account_id INTEGER,
    deal_id INTEGER,
    description TEXT,
    created_by INTEGER,
    modified_by INTEGER,
    created_time INTEGER NOT NULL,
    modified_time INTEGER NOT NULL,
    sort_name TEXT NOT NULL,
    due_key TEXT NOT NULL,
    closed INTEGER NOT NULL,
    custom TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, contact_id) REFERENCES crm_contacts (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES crm_accounts (org_id, id),
    FOREIGN KEY (org_id, deal_id) REFERENCES crm_deals (org_id, id)
) STRICT;
CREATE INDEX crm_tasks_name ON crm_tasks (org_id, deleted, sort_name, id);
CREATE INDEX crm_tasks_due ON crm_tasks (org_id, deleted, due_key, id);
CREATE INDEX crm_tasks_created ON crm_tasks (org_id, deleted, created_time, id);
CREATE INDEX crm_tasks_modified ON crm_tasks (org_id, deleted, modified_time, id);
CREATE INDEX crm_tasks_owner ON crm_tasks (org_id, deleted, owner_id, due_key, id);
CREATE INDEX crm_tasks_status ON crm_tasks (org_id, deleted, status, due_key, id);
CREATE INDEX crm_tasks_priority ON crm_tasks (org_id, deleted, priority, due_key, id);
CREATE INDEX crm_tasks_account ON crm_tasks (org_id, deleted, account_id, closed, due_key, id);
CREATE INDEX crm_tasks_contact ON crm_tasks (org_id, deleted, contact_id, closed, due_key, id);
CREATE INDEX crm_tasks_deal ON crm_tasks (org_id, deleted, deal_id, closed, due_key, id);

-- Whoever works with deals works with tasks, until an administrator says otherwise.
INSERT INTO crm_profile_tabs (org_id, profile_id, tab, can_view, can_create, can_edit, can_delete)
SELECT org_id, profile_id, 'Tasks', can_view, can_create, can_edit, can_delete FROM crm_profile_tabs WHERE tab = 'Deals';
