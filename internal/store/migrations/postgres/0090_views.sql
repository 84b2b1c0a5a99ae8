-- +goose Up

-- Saved views of lists; definition is JSON: criteria, columns and order.
CREATE TABLE crm_views (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    module TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id)
);
CREATE INDEX crm_views_own ON crm_views (org_id, module, owner_id, id);
CREATE INDEX crm_views_shared ON crm_views (org_id, module, shared, id);

-- What a person chose for the lists of a module: the view that opens first, the last one
-- looked at, and as a JSON list the columns of the built-in ones.
CREATE TABLE crm_view_choices (
    org_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    module TEXT COLLATE "C" NOT NULL,
    favourite TEXT COLLATE "C" NOT NULL,
    last TEXT COLLATE "C" NOT NULL,
    columns TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, user_id, module),
    FOREIGN KEY (org_id, user_id) REFERENCES crm_users (org_id, id)
);
