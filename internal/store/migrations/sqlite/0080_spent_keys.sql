-- +goose Up

-- Replaced keys are asked for by their person, too: when the old one ends.
CREATE INDEX projects_spent_keys_person ON projects_spent_keys (person_id, valid_until);
