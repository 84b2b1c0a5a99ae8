-- +goose Up

-- What people say about tasks and bugs. author_id is empty for what came from outside.
CREATE TABLE projects_comments (
  portal_id   INTEGER NOT NULL,
  item_id     INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  project_id  INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  body        TEXT    NOT NULL,
  author_id   INTEGER,
  author_name TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (portal_id, item_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, author_id) REFERENCES projects_people (portal_id, id)
) STRICT;

-- Whether something outside follows the task.
ALTER TABLE projects_tasks ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;
