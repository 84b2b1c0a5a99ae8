-- +goose Up

-- A file somebody brings in. step is the next chunk to work off; the one who moves it
-- on works that chunk. mapping says which column becomes which field.
CREATE TABLE import_runs (
  tenant_id   INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  user_id     INTEGER NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('draft', 'running', 'done', 'stopped', 'failed')),
  file_name   TEXT    NOT NULL,
  encoding    TEXT    NOT NULL,
  header      TEXT    NOT NULL,
  mapping     TEXT    NOT NULL,
  options     TEXT    NOT NULL,
  step        INTEGER NOT NULL DEFAULT 0,
  total       INTEGER NOT NULL,
  created     INTEGER NOT NULL DEFAULT 0,
  updated     INTEGER NOT NULL DEFAULT 0,
  found       INTEGER NOT NULL DEFAULT 0,
  rejected    INTEGER NOT NULL DEFAULT 0,
  problem     TEXT    NOT NULL DEFAULT '',
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX import_runs_mine ON import_runs (tenant_id, user_id, kind, id);

-- The rows still to be worked off, many in one piece.
CREATE TABLE import_chunks (
  tenant_id INTEGER NOT NULL,
  run_id    INTEGER NOT NULL,
  step      INTEGER NOT NULL,
  lines     TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, run_id, step)
) STRICT;

-- The lines that did not come in, as they stood in the file, with the reason.
CREATE TABLE import_rejects (
  tenant_id INTEGER NOT NULL,
  run_id    INTEGER NOT NULL,
  line      INTEGER NOT NULL,
  cells     TEXT    NOT NULL,
  reasons   TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, run_id, line)
) STRICT;
