-- +goose Up
CREATE TABLE store_id_blocks (
    name    TEXT    NOT NULL PRIMARY KEY,
    next_id INTEGER NOT NULL
) STRICT;

INSERT INTO store_id_blocks (name, next_id) VALUES ('rows', 100000001);
