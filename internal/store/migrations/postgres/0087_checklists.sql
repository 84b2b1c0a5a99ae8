-- +goose Up

-- The lines of a task's checklist. done_by is empty for a line nobody ticked, or that was
-- ticked from outside.
CREATE TABLE projects_checklist (
  portal_id  BIGINT  NOT NULL,
  task_id    BIGINT  NOT NULL,
  id         BIGINT  NOT NULL,
  words      TEXT COLLATE "C"    NOT NULL,
  done       BIGINT  NOT NULL,
  done_by    BIGINT ,
  done_at    BIGINT ,
  PRIMARY KEY (portal_id, task_id, id),
  FOREIGN KEY (portal_id, task_id) REFERENCES projects_tasks (portal_id, id),
  FOREIGN KEY (portal_id, done_by) REFERENCES projects_people (portal_id, id)
);

-- How many lines a task has, so that lists need not count them.
ALTER TABLE projects_tasks ADD COLUMN lines_open BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE projects_tasks ADD COLUMN lines_done BIGINT  NOT NULL DEFAULT 0;
