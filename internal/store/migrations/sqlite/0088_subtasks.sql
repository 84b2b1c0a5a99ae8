-- +goose Up

-- The task a task is part of, in the same list, and how many are part of it.
ALTER TABLE projects_tasks ADD COLUMN parent_id INTEGER;
ALTER TABLE projects_tasks ADD COLUMN subtasks_open INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects_tasks ADD COLUMN subtasks_closed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX projects_tasks_parent ON projects_tasks (portal_id, project_id, parent_id, id);

-- after_id begins when before_id has ended.
CREATE TABLE projects_task_links (
  portal_id  INTEGER NOT NULL,
  after_id   INTEGER NOT NULL,
  before_id  INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  PRIMARY KEY (portal_id, after_id, before_id),
  FOREIGN KEY (portal_id, after_id) REFERENCES projects_tasks (portal_id, id),
  FOREIGN KEY (portal_id, before_id) REFERENCES projects_tasks (portal_id, id)
) STRICT;
CREATE INDEX projects_task_links_before ON projects_task_links (portal_id, before_id, after_id);
CREATE INDEX projects_task_links_project ON projects_task_links (portal_id, project_id, after_id, before_id);
