-- +goose Up

-- The associations of an ended binding are kept, under its epoch, as long as a row
-- stands here: they can be taken home and brought back.
CREATE TABLE integration_archives (
  org_id      BIGINT NOT NULL,
  epoch       BIGINT NOT NULL,
  portal_id   BIGINT NOT NULL,
  portal_name TEXT COLLATE "C" NOT NULL,
  ended_by    BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL,
  projects    BIGINT NOT NULL,
  clients     BIGINT NOT NULL,
  contacts    BIGINT NOT NULL,
  exclusions  BIGINT NOT NULL,
  PRIMARY KEY (org_id, epoch)
);

-- What a restoration could not bring back, and why.
CREATE TABLE integration_restore_rows (
  org_id    BIGINT NOT NULL,
  run_id    BIGINT NOT NULL,
  id        BIGINT NOT NULL,
  kind      TEXT COLLATE "C" NOT NULL,
  module    TEXT COLLATE "C" NOT NULL,
  record_id BIGINT NOT NULL,
  record    TEXT COLLATE "C" NOT NULL,
  target    TEXT COLLATE "C" NOT NULL,
  reason    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, run_id, id)
);
