-- +goose Up

-- Deleting a project for good looks for what was said in it.
CREATE INDEX projects_comments_project ON projects_comments (portal_id, project_id, item_id, id);
