-- +goose Up
-- A template is a project on another shelf: it is never listed, counted or worked on
-- as one, and new projects begin as copies of it.
ALTER TABLE projects_projects ADD COLUMN template INTEGER NOT NULL DEFAULT 0;
CREATE INDEX projects_projects_templates ON projects_projects (portal_id, trashed, name_key, id) WHERE template = 1;

-- Which days are worked on: five days a week but for the holidays of a country, if one
-- is named, and the portal's own.
ALTER TABLE projects_portals ADD COLUMN country TEXT NOT NULL DEFAULT '';
UPDATE projects_portals SET country = 'jp' WHERE locale = 'ja';
CREATE TABLE projects_holidays (
    portal_id INTEGER NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (portal_id, first_day, last_day),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
