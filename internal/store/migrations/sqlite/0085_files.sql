-- +goose Up

-- What files hold, in pieces. state: open while its pieces come in, whole when all are
-- there, kept while anything (uses) names it, gone while its pieces are taken away.
CREATE TABLE files_files (
  tenant_id  INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('open', 'whole', 'kept', 'gone')),
  uses       INTEGER NOT NULL DEFAULT 0,
  size       INTEGER NOT NULL DEFAULT 0,
  type       TEXT    NOT NULL DEFAULT '',
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX files_files_loose ON files_files (tenant_id, id, touched_at) WHERE state <> 'kept';

CREATE TABLE files_chunks (
  tenant_id INTEGER NOT NULL,
  file_id   INTEGER NOT NULL,
  n         INTEGER NOT NULL,
  data      BLOB    NOT NULL,
  PRIMARY KEY (tenant_id, file_id, n),
  FOREIGN KEY (tenant_id, file_id) REFERENCES files_files (tenant_id, id)
) STRICT;

-- Files attached to records.
CREATE TABLE crm_attachments (
  org_id      INTEGER NOT NULL,
  record_id   INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  module      TEXT    NOT NULL,
  file_id     INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  size        INTEGER NOT NULL,
  type        TEXT    NOT NULL,
  created_by  INTEGER NOT NULL,
  author_name TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (org_id, record_id, id)
) STRICT;
