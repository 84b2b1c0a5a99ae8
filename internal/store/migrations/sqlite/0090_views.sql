-- +goose Up

-- Saved views of lists; definition is JSON: criteria, columns and order.
CREATE TABLE crm_views (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    module TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id)
) STRICT;
CREATE INDEX crm_views_own ON crm_views (org_id, module, owner_id, id);
CREATE INDEX crm_views_shared ON crm_views (org_id, module, shared, id);

-- What a person chose for the lists of a module: the view that opens first, the last one
-- looked at, and as a JSON list the columns of the built-in ones.
CREATE TABLE crm_view_choices (
    org_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    module TEXT NOT NULL,
    favourite TEXT NOT NULL,
    last TEXT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (org_id, user_id, module),
    FOREIGN KEY (org_id, user_id) REFERENCES crm_users (org_id, id)
) STRICT;
