-- +goose Up

-- Until when a key that was replaced works beside the new one; empty where it does not.
ALTER TABLE projects_spent_keys ADD COLUMN valid_until INTEGER;

-- When the key an organisation uses ends, because its owner has a new one already.
ALTER TABLE integration_contact ADD COLUMN key_ends_at INTEGER;
