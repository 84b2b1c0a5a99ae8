-- +goose Up

-- The associations of an ended binding are kept, under its epoch, as long as a row
-- stands here: they can be taken home and brought back.
CREATE TABLE integration_archives (
  org_id      INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  portal_id   INTEGER NOT NULL,
  portal_name TEXT    NOT NULL,
  ended_by    INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL,
  projects    INTEGER NOT NULL,
  clients     INTEGER NOT NULL,
  contacts    INTEGER NOT NULL,
  exclusions  INTEGER NOT NULL,
  PRIMARY KEY (org_id, epoch)
) STRICT;

-- What a restoration could not bring back, and why.
CREATE TABLE integration_restore_rows (
  org_id    INTEGER NOT NULL,
  run_id    INTEGER NOT NULL,
  id        INTEGER NOT NULL,
  kind      TEXT    NOT NULL,
  module    TEXT    NOT NULL,
  record_id INTEGER NOT NULL,
  record    TEXT    NOT NULL,
  target    TEXT    NOT NULL,
  reason    TEXT    NOT NULL,
  PRIMARY KEY (org_id, run_id, id)
) STRICT;
