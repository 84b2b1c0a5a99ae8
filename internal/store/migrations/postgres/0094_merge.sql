-- +goose Up

-- Where a record went that was merged: its old address leads there.
ALTER TABLE crm_records ADD COLUMN merged_into BIGINT;
CREATE INDEX crm_records_merged ON crm_records (org_id, merged_into) WHERE merged_into IS NOT NULL;
