-- +goose Up

-- A project that is deleted for good takes along what was written over in it.
CREATE INDEX integration_mirror_conflicts_project ON integration_mirror_conflicts (org_id, epoch, project_id);
