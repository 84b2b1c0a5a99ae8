-- +goose Up

-- The task a task is part of, in the same list, and how many are part of it.
ALTER TABLE projects_tasks ADD COLUMN parent_id BIGINT ;
ALTER TABLE projects_tasks ADD COLUMN subtasks_open BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE projects_tasks ADD COLUMN subtasks_closed BIGINT  NOT NULL DEFAULT 0;
CREATE INDEX projects_tasks_parent ON projects_tasks (portal_id, project_id, parent_id, id);

-- after_id begins when before_id has ended.
CREATE TABLE projects_task_links (
  portal_id  BIGINT  NOT NULL,
  after_id   BIGINT  NOT NULL,
  before_id  BIGINT  NOT NULL,
  project_id BIGINT  NOT NULL,
  PRIMARY KEY (portal_id, after_id, before_id),
  FOREIGN KEY (portal_id, after_id) REFERENCES projects_tasks (portal_id, id),
  FOREIGN KEY (portal_id, before_id) REFERENCES projects_tasks (portal_id, id)
);
CREATE INDEX projects_task_links_before ON projects_task_links (portal_id, before_id, after_id);
CREATE INDEX projects_task_links_project ON projects_task_links (portal_id, project_id, after_id, before_id);
