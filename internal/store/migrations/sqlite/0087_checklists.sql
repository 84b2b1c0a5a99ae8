-- +goose Up

-- The lines of a task's checklist. done_by is empty for a line nobody ticked, or that was
-- ticked from outside.
CREATE TABLE projects_checklist (
  portal_id  INTEGER NOT NULL,
  task_id    INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  words      TEXT    NOT NULL,
  done       INTEGER NOT NULL,
  done_by    INTEGER,
  done_at    INTEGER,
  PRIMARY KEY (portal_id, task_id, id),
  FOREIGN KEY (portal_id, task_id) REFERENCES projects_tasks (portal_id, id),
  FOREIGN KEY (portal_id, done_by) REFERENCES projects_people (portal_id, id)
) STRICT;

-- How many lines a task has, so that lists need not count them.
ALTER TABLE projects_tasks ADD COLUMN lines_open INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects_tasks ADD COLUMN lines_done INTEGER NOT NULL DEFAULT 0;
