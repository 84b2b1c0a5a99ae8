-- +goose Up
CREATE TABLE store_id_blocks (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    next_id BIGINT           NOT NULL
);

INSERT INTO store_id_blocks (name, next_id) VALUES ('rows', 100000001);
