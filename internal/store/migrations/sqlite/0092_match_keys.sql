-- +goose Up

-- What similar accounts are found by: pieces of the name, reading, domains, phone. Keys of
-- contacts stand for their account. What is written from now on is folded exactly, what
-- is there already nearly so.
CREATE TABLE crm_match_keys (
    org_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, key, account_id, record_id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
) STRICT;
CREATE INDEX crm_match_keys_record ON crm_match_keys (org_id, record_id);

-- Whom a contact is named by.
CREATE INDEX crm_contacts_reporting ON crm_contacts (org_id, reporting_to) WHERE reporting_to IS NOT NULL;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40),
pieces AS (SELECT a.org_id, a.id, a.suggest_key, n.i, CASE WHEN unicode(substr(a.suggest_key, n.i, 1)) >= 11904 THEN 2 ELSE 3 END AS w
    FROM crm_accounts a JOIN n ON n.i < length(a.suggest_key))
INSERT OR IGNORE INTO crm_match_keys SELECT org_id, 'g:' || substr(suggest_key, i, w), id, id FROM pieces WHERE i - 1 + w <= length(suggest_key);

INSERT OR IGNORE INTO crm_match_keys SELECT org_id, 'r:' || replace(replace(account_name_kana, ' ', ''), '　', ''), id, id
    FROM crm_accounts WHERE COALESCE(account_name_kana, '') <> '';

WITH site AS (SELECT org_id, id, replace(replace(replace(lower(trim(website)), 'https://', ''), 'http://', ''), 'www.', '') AS host
    FROM crm_accounts WHERE website LIKE '%.%')
INSERT OR IGNORE INTO crm_match_keys SELECT org_id, 'w:' || substr(host, 1, instr(host || '/', '/') - 1), id, id FROM site;

INSERT OR IGNORE INTO crm_match_keys SELECT org_id, 'e:' || substr(email_key, instr(email_key, '@') + 1), account_id, id
    FROM crm_contacts WHERE account_id IS NOT NULL AND email_key LIKE '%@%.%';

WITH digits AS (SELECT org_id, id, replace(replace(replace(replace(phone, '-', ''), ' ', ''), '(', ''), ')', '') AS d
    FROM crm_accounts WHERE phone IS NOT NULL)
INSERT OR IGNORE INTO crm_match_keys SELECT org_id, 'p:' || d, id, id FROM digits WHERE length(d) BETWEEN 9 AND 15 AND d NOT GLOB '*[^0-9]*';
