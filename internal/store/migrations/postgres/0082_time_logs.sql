-- +goose Up

-- Hours worked: on a task, on a bug, or on the project in general. What is deleted
-- leaves its hours behind, with its title.
CREATE TABLE projects_time_logs (
  portal_id   BIGINT NOT NULL,
  project_id  BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  kind        TEXT COLLATE "C"    NOT NULL,
  item_id     BIGINT,
  item_title  TEXT COLLATE "C"    NOT NULL,
  member_id   BIGINT NOT NULL,
  day         TEXT COLLATE "C"    NOT NULL,
  minutes     BIGINT NOT NULL,
  billable    BIGINT NOT NULL,
  note        TEXT COLLATE "C"    NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (portal_id, project_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_time_logs_day ON projects_time_logs (portal_id, project_id, day, id);
CREATE INDEX projects_time_logs_own ON projects_time_logs (portal_id, project_id, member_id, day, id);
CREATE INDEX projects_time_logs_member ON projects_time_logs (portal_id, member_id, day);

-- Minutes worked on a project, and those that are charged.
ALTER TABLE projects_counters ADD COLUMN minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE projects_counters ADD COLUMN minutes_billable BIGINT NOT NULL DEFAULT 0;
