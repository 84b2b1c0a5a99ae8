-- +goose Up

-- Files of projects. What one holds may be shared with documents of other projects.
CREATE TABLE projects_documents (
  portal_id   INTEGER NOT NULL,
  project_id  INTEGER NOT NULL,
  id          INTEGER NOT NULL,
  file_id     INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  size        INTEGER NOT NULL,
  type        TEXT    NOT NULL,
  external    INTEGER NOT NULL,
  author_id   INTEGER,
  author_name TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (portal_id, project_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, author_id) REFERENCES projects_people (portal_id, id)
) STRICT;
