-- +goose Up

-- A file somebody brings in. step is the next chunk to work off; the one who moves it
-- on works that chunk. mapping says which column becomes which field.
CREATE TABLE import_runs (
  tenant_id   BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  kind        TEXT COLLATE "C"    NOT NULL,
  user_id     BIGINT NOT NULL,
  state       TEXT COLLATE "C"    NOT NULL CHECK (state IN ('draft', 'running', 'done', 'stopped', 'failed')),
  file_name   TEXT COLLATE "C"    NOT NULL,
  encoding    TEXT COLLATE "C"    NOT NULL,
  header      TEXT COLLATE "C"    NOT NULL,
  mapping     TEXT COLLATE "C"    NOT NULL,
  options     TEXT COLLATE "C"    NOT NULL,
  step        BIGINT NOT NULL DEFAULT 0,
  total       BIGINT NOT NULL,
  created     BIGINT NOT NULL DEFAULT 0,
  updated     BIGINT NOT NULL DEFAULT 0,
  found       BIGINT NOT NULL DEFAULT 0,
  rejected    BIGINT NOT NULL DEFAULT 0,
  problem     TEXT COLLATE "C"    NOT NULL DEFAULT '',
  created_at  BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX import_runs_mine ON import_runs (tenant_id, user_id, kind, id);

-- The rows still to be worked off, many in one piece.
CREATE TABLE import_chunks (
  tenant_id BIGINT NOT NULL,
  run_id    BIGINT NOT NULL,
  step      BIGINT NOT NULL,
  lines     TEXT COLLATE "C"    NOT NULL,
  PRIMARY KEY (tenant_id, run_id, step)
);

-- The lines that did not come in, as they stood in the file, with the reason.
CREATE TABLE import_rejects (
  tenant_id BIGINT NOT NULL,
  run_id    BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  cells     TEXT COLLATE "C"    NOT NULL,
  reasons   TEXT COLLATE "C"    NOT NULL,
  PRIMARY KEY (tenant_id, run_id, line)
);
