-- +goose Up

-- Hours worked: on a task, on a bug, or on the project in general. What is deleted
-- leaves its hours behind, with its title.
CREATE TABLE projects_time_logs (
  portal_id   INTEGER NOT NULL,
  project_id  INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  item_id     INTEGER,
  item_title  TEXT    NOT NULL,
  member_id   INTEGER NOT NULL,
  day         TEXT    NOT NULL,
  minutes     INTEGER NOT NULL,
  billable    INTEGER NOT NULL,
  note        TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (portal_id, project_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_time_logs_day ON projects_time_logs (portal_id, project_id, day, id);
CREATE INDEX projects_time_logs_own ON projects_time_logs (portal_id, project_id, member_id, day, id);
CREATE INDEX projects_time_logs_member ON projects_time_logs (portal_id, member_id, day);

-- Minutes worked on a project, and those that are charged.
ALTER TABLE projects_counters ADD COLUMN minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects_counters ADD COLUMN minutes_billable INTEGER NOT NULL DEFAULT 0;
