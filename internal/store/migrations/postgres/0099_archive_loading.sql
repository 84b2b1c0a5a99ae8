-- +goose Up

-- Since when an archive is being loaded from a file: until that is done nobody sees it.
ALTER TABLE integration_archives ADD COLUMN loading_at BIGINT;
