-- +goose Up

-- What people say about tasks and bugs. author_id is empty for what came from outside.
CREATE TABLE projects_comments (
  portal_id   BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  project_id  BIGINT NOT NULL,
  kind        TEXT COLLATE "C"    NOT NULL,
  body        TEXT COLLATE "C"    NOT NULL,
  author_id   BIGINT,
  author_name TEXT COLLATE "C"    NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (portal_id, item_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, author_id) REFERENCES projects_people (portal_id, id)
);

-- Whether something outside follows the task.
ALTER TABLE projects_tasks ADD COLUMN watched BIGINT NOT NULL DEFAULT 0;
