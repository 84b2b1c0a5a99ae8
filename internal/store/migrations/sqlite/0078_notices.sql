-- +goose Up

-- What people are told in the program itself.
CREATE TABLE notice_items (
    person_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    args TEXT NOT NULL,
    path TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    at INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, unique_key)
) STRICT;
CREATE INDEX notice_items_unread ON notice_items (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_items_old ON notice_items (person_id, at);

CREATE TABLE notice_preferences (
    person_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bell INTEGER NOT NULL,
    mail INTEGER NOT NULL,
    PRIMARY KEY (person_id, kind)
) STRICT;
