-- +goose Up

-- Who follows a project from outside. projects_projects.watched says whether anybody does.
CREATE TABLE projects_watchers (
    portal_id INTEGER NOT NULL,
    org TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    PRIMARY KEY (portal_id, org, project_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id)
) STRICT;
CREATE INDEX projects_watchers_project ON projects_watchers (portal_id, project_id, org);
INSERT INTO projects_watchers (portal_id, org, project_id)
    SELECT DISTINCT p.portal_id, CAST(m.org_id AS TEXT), p.id FROM integration_mirrors m
    JOIN integration_links l ON l.org_id = m.org_id AND l.epoch = m.epoch
    JOIN projects_projects p ON p.portal_id = l.portal_id AND p.id = m.project_id WHERE p.watched = 1;
UPDATE projects_projects SET watched = 0 WHERE watched = 1 AND NOT EXISTS
    (SELECT 1 FROM projects_watchers w WHERE w.portal_id = projects_projects.portal_id AND w.project_id = projects_projects.id);

-- The notice of a request to open a portal names the request, no longer its token.
UPDATE notice_items SET path = '/approvals/' || substr(path, 12, instr(path, '.') - 12) || '-' ||
    substr(unique_key, 22, instr(substr(unique_key, 22), ':') - 1)
    WHERE path LIKE '/approvals/%.%' AND unique_key LIKE 'integration:approval:%:%';
