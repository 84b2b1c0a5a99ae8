-- +goose Up

-- When the bound portal was last asked for news: when it answered, and since when it
-- does not.
CREATE TABLE integration_contact (
  org_id      INTEGER NOT NULL PRIMARY KEY,
  answered_at INTEGER,
  failed_at   INTEGER,
  failure     TEXT    NOT NULL
) STRICT;
