-- +goose Up

-- What files hold, in pieces. state: open while its pieces come in, whole when all are
-- there, kept while anything (uses) names it, gone while its pieces are taken away.
CREATE TABLE files_files (
  tenant_id  BIGINT NOT NULL,
  id         BIGINT NOT NULL,
  state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'whole', 'kept', 'gone')),
  uses       BIGINT NOT NULL DEFAULT 0,
  size       BIGINT NOT NULL DEFAULT 0,
  type       TEXT COLLATE "C" NOT NULL DEFAULT '',
  touched_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_files_loose ON files_files (tenant_id, id, touched_at) WHERE state <> 'kept';

CREATE TABLE files_chunks (
  tenant_id BIGINT NOT NULL,
  file_id   BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  data      BYTEA    NOT NULL,
  PRIMARY KEY (tenant_id, file_id, n),
  FOREIGN KEY (tenant_id, file_id) REFERENCES files_files (tenant_id, id)
);

-- Files attached to records.
CREATE TABLE crm_attachments (
  org_id      BIGINT NOT NULL,
  record_id   BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  module      TEXT COLLATE "C" NOT NULL,
  file_id     BIGINT NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  size        BIGINT NOT NULL,
  type        TEXT COLLATE "C" NOT NULL,
  created_by  BIGINT NOT NULL,
  author_name TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id, id)
);
