-- +goose Up

-- Which run of a kind is the latest, is asked by when it began.
DROP INDEX integration_runs_kind;
CREATE INDEX integration_runs_kind ON integration_runs (org_id, kind, started_at, id);
