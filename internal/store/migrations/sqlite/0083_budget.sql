-- +goose Up

-- How many minutes a project may take; 0 without a budget.
ALTER TABLE projects_projects ADD COLUMN budget INTEGER NOT NULL DEFAULT 0;
