-- +goose Up

-- Set while a record in the bin is being deleted for good, which takes a while where much
-- hangs on it: it shows in no bin and does not come back.
ALTER TABLE crm_records ADD COLUMN purging INTEGER NOT NULL DEFAULT 0;
