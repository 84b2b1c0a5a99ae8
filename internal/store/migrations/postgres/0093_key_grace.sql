-- +goose Up

-- Until when the key of a portal's former owner opens it on, for who is connected already.
CREATE TABLE projects_key_grace (
    portal_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    PRIMARY KEY (portal_id, person_id),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
CREATE INDEX projects_key_grace_person ON projects_key_grace (person_id);
