-- +goose Up

-- When the bound portal was last asked for news: when it answered, and since when it
-- does not.
CREATE TABLE integration_contact (
  org_id      BIGINT NOT NULL PRIMARY KEY,
  answered_at BIGINT,
  failed_at   BIGINT,
  failure     TEXT COLLATE "C" NOT NULL
);
