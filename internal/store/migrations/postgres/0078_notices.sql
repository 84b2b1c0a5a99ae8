-- +goose Up

-- What people are told in the program itself.
CREATE TABLE notice_items (
    person_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    args TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    unique_key TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, unique_key)
);
CREATE INDEX notice_items_unread ON notice_items (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_items_old ON notice_items (person_id, at);

CREATE TABLE notice_preferences (
    person_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    bell BIGINT NOT NULL,
    mail BIGINT NOT NULL,
    PRIMARY KEY (person_id, kind)
);
