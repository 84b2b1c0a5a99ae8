-- +goose Up

-- Files of projects. What one holds may be shared with documents of other projects.
CREATE TABLE projects_documents (
  portal_id   BIGINT NOT NULL,
  project_id  BIGINT NOT NULL,
  id          BIGINT NOT NULL,
  file_id     BIGINT NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  size        BIGINT NOT NULL,
  type        TEXT COLLATE "C" NOT NULL,
  external    BIGINT NOT NULL,
  author_id   BIGINT,
  author_name TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (portal_id, project_id, id),
  FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
  FOREIGN KEY (portal_id, author_id) REFERENCES projects_people (portal_id, id)
);
