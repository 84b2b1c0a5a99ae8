-- +goose Up

-- What similar accounts are found by: pieces of the name, reading, domains, phone. Keys of
-- contacts stand for their account. What is written from now on is folded exactly, what
-- is there already nearly so.
CREATE TABLE crm_match_keys (
    org_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, key, account_id, record_id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
);
CREATE INDEX crm_match_keys_record ON crm_match_keys (org_id, record_id);

-- Whom a contact is named by.
CREATE INDEX crm_contacts_reporting ON crm_contacts (org_id, reporting_to) WHERE reporting_to IS NOT NULL;

WITH pieces AS (SELECT a.org_id, a.id, a.suggest_key, n.i, CASE WHEN ascii(substr(a.suggest_key, n.i, 1)) >= 11904 THEN 2 ELSE 3 END AS w
    FROM crm_accounts a JOIN generate_series(1, 40) AS n(i) ON n.i < length(a.suggest_key))
INSERT INTO crm_match_keys SELECT org_id, 'g:' || substr(suggest_key, i, w), id, id FROM pieces WHERE i - 1 + w <= length(suggest_key)
    ON CONFLICT DO NOTHING;

INSERT INTO crm_match_keys SELECT org_id, 'r:' || replace(replace(account_name_kana, ' ', ''), '　', ''), id, id
    FROM crm_accounts WHERE COALESCE(account_name_kana, '') <> '' ON CONFLICT DO NOTHING;

WITH site AS (SELECT org_id, id, replace(replace(replace(lower(trim(website)), 'https://', ''), 'http://', ''), 'www.', '') AS host
    FROM crm_accounts WHERE website LIKE '%.%')
INSERT INTO crm_match_keys SELECT org_id, 'w:' || split_part(host, '/', 1), id, id FROM site ON CONFLICT DO NOTHING;

INSERT INTO crm_match_keys SELECT org_id, 'e:' || split_part(email_key, '@', 2), account_id, id
    FROM crm_contacts WHERE account_id IS NOT NULL AND email_key LIKE '%@%.%' ON CONFLICT DO NOTHING;

WITH digits AS (SELECT org_id, id, replace(replace(replace(replace(phone, '-', ''), ' ', ''), '(', ''), ')', '') AS d
    FROM crm_accounts WHERE phone IS NOT NULL)
INSERT INTO crm_match_keys SELECT org_id, 'p:' || d, id, id FROM digits WHERE d ~ '^[0-9]{9,15}$' ON CONFLICT DO NOTHING;
