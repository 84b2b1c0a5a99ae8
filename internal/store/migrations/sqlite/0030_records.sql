-- +goose Up
-- The header every record has: what notes, links, the bin and search point at.
CREATE TABLE crm_records (
    org_id      INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    module      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    owner_id    INTEGER,
    search_text TEXT    NOT NULL,
    deleted_at  INTEGER,
    deleted_by  INTEGER,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id)
) STRICT;
CREATE INDEX crm_records_bin ON crm_records (org_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE crm_accounts (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    account_name TEXT NOT NULL,
    account_name_kana TEXT,
    owner_id INTEGER,
    rating TEXT,
    phone TEXT,
    account_site TEXT,
    fax TEXT,
    parent_account INTEGER,
    website TEXT,
    account_number TEXT,
    ticker_symbol TEXT,
    account_type TEXT,
    ownership TEXT,
    industry TEXT,
    employees INTEGER,
    annual_revenue INTEGER,
    sic_code INTEGER,
    billing_code TEXT,
    billing_state TEXT,
    billing_city TEXT,
    billing_street TEXT,
    billing_country TEXT,
    shipping_code TEXT,
    shipping_state TEXT,
    shipping_city TEXT,
    shipping_street TEXT,
    shipping_country TEXT,
    description TEXT,
    created_by INTEGER,
    modified_by INTEGER,
    created_time INTEGER NOT NULL,
    modified_time INTEGER NOT NULL,
    last_activity_time INTEGER,
    sort_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    suggest_key TEXT NOT NULL,
    custom TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, parent_account) REFERENCES crm_accounts (org_id, id)
) STRICT;
CREATE INDEX crm_accounts_name ON crm_accounts (org_id, deleted, sort_name, id);
CREATE INDEX crm_accounts_created ON crm_accounts (org_id, deleted, created_time, id);
CREATE INDEX crm_accounts_modified ON crm_accounts (org_id, deleted, modified_time, id);
CREATE INDEX crm_accounts_owner ON crm_accounts (org_id, deleted, owner_id, sort_name, id);
CREATE INDEX crm_accounts_industry ON crm_accounts (org_id, deleted, industry, sort_name, id);
CREATE INDEX crm_accounts_type ON crm_accounts (org_id, deleted, account_type, sort_name, id);
CREATE INDEX crm_accounts_name_key ON crm_accounts (org_id, name_key);
CREATE INDEX crm_accounts_suggest_key ON crm_accounts (org_id, suggest_key);
CREATE INDEX crm_accounts_parent ON crm_accounts (org_id, parent_account, sort_name, id);

CREATE TABLE crm_contacts (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    full_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    first_name TEXT,
    last_name_kana TEXT,
    first_name_kana TEXT,
    salutation TEXT,
    owner_id INTEGER,
    account_id INTEGER,
    vendor_name TEXT,
    title TEXT,
    department TEXT,
    email TEXT,
    secondary_email TEXT,
    phone TEXT,
    mobile TEXT,
    home_phone TEXT,
    other_phone TEXT,
    fax TEXT,
    lead_source TEXT,
    date_of_birth TEXT,
    assistant TEXT,
    asst_phone TEXT,
    reporting_to INTEGER,
    email_opt_out INTEGER,
    skype_id TEXT,
    twitter TEXT,
    mailing_code TEXT,
    mailing_state TEXT,
    mailing_city TEXT,
    mailing_street TEXT,
    mailing_country TEXT,
    other_code TEXT,
    other_state TEXT,
    other_city TEXT,
    other_street TEXT,
    other_country TEXT,
    description TEXT,
    created_by INTEGER,
    modified_by INTEGER,
    created_time INTEGER NOT NULL,
    modified_time INTEGER NOT NULL,
    sort_name TEXT NOT NULL,
    email_key TEXT NOT NULL,
    custom TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES crm_accounts (org_id, id),
    FOREIGN KEY (org_id, reporting_to) REFERENCES crm_contacts (org_id, id)
) STRICT;
CREATE INDEX crm_contacts_name ON crm_contacts (org_id, deleted, sort_name, id);
CREATE INDEX crm_contacts_created ON crm_contacts (org_id, deleted, created_time, id);
CREATE INDEX crm_contacts_modified ON crm_contacts (org_id, deleted, modified_time, id);
CREATE INDEX crm_contacts_owner ON crm_contacts (org_id, deleted, owner_id, sort_name, id);
CREATE INDEX crm_contacts_account ON crm_contacts (org_id, deleted, account_id, sort_name, id);
CREATE INDEX crm_contacts_source ON crm_contacts (org_id, deleted, lead_source, sort_name, id);
CREATE INDEX crm_contacts_email_key ON crm_contacts (org_id, email_key);

CREATE TABLE crm_deals (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    deal_name TEXT NOT NULL,
    owner_id INTEGER,
    account_id INTEGER,
    contact_id INTEGER,
    amount INTEGER,
    closing_date TEXT NOT NULL,
    stage TEXT NOT NULL,
    probability INTEGER,
    expected_revenue INTEGER,
    deal_type TEXT,
    next_step TEXT,
    lead_source TEXT,
    campaign_source TEXT,
    pipeline TEXT,
    reason_for_loss TEXT,
    description TEXT,
    created_by INTEGER,
    modified_by INTEGER,
    created_time INTEGER NOT NULL,
    modified_time INTEGER NOT NULL,
    sort_name TEXT NOT NULL,
    sort_amount INTEGER NOT NULL,
    custom TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES crm_accounts (org_id, id),
    FOREIGN KEY (org_id, contact_id) REFERENCES crm_contacts (org_id, id)
) STRICT;
CREATE INDEX crm_deals_name ON crm_deals (org_id, deleted, sort_name, id);
CREATE INDEX crm_deals_closing ON crm_deals (org_id, deleted, closing_date, id);
CREATE INDEX crm_deals_amount ON crm_deals (org_id, deleted, sort_amount, id);
CREATE INDEX crm_deals_created ON crm_deals (org_id, deleted, created_time, id);
CREATE INDEX crm_deals_modified ON crm_deals (org_id, deleted, modified_time, id);
CREATE INDEX crm_deals_owner ON crm_deals (org_id, deleted, owner_id, closing_date, id);
CREATE INDEX crm_deals_account ON crm_deals (org_id, deleted, account_id, closing_date, id);
CREATE INDEX crm_deals_contact ON crm_deals (org_id, deleted, contact_id, closing_date, id);
CREATE INDEX crm_deals_stage ON crm_deals (org_id, deleted, stage, closing_date, id);
CREATE INDEX crm_deals_type ON crm_deals (org_id, deleted, deal_type, closing_date, id);
CREATE INDEX crm_deals_source ON crm_deals (org_id, deleted, lead_source, closing_date, id);

CREATE TABLE crm_timeline (
    org_id    INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    act       TEXT    NOT NULL,
    changes   TEXT    NOT NULL,
    user_id   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (org_id, record_id, id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
) STRICT;

CREATE TABLE crm_notes (
    org_id      INTEGER NOT NULL,
    record_id   INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    module      TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    created_by  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, record_id, id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
) STRICT;

CREATE VIRTUAL TABLE crm_search USING fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii');
