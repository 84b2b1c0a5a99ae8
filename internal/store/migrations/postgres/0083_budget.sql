-- +goose Up

-- How many minutes a project may take; 0 without a budget.
ALTER TABLE projects_projects ADD COLUMN budget BIGINT NOT NULL DEFAULT 0;
