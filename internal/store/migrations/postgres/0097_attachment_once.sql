-- +goose Up

-- The token of the form that attached a file: sent again, it attaches nothing more.
ALTER TABLE crm_attachments ADD COLUMN once TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX crm_attachments_once ON crm_attachments (org_id, record_id, once) WHERE once <> '';
