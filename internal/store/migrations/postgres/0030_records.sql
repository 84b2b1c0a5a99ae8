-- +goose Up
-- The header every record has: what notes, links, the bin and search point at.
CREATE TABLE crm_records (
    org_id      BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    module      TEXT COLLATE "C"    NOT NULL,
    name        TEXT COLLATE "C"    NOT NULL,
    owner_id    BIGINT,
    search_text TEXT COLLATE "C"    NOT NULL,
    deleted_at  BIGINT,
    deleted_by  BIGINT,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id) REFERENCES crm_organisations (id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id)
);
CREATE INDEX crm_records_bin ON crm_records (org_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE crm_accounts (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    account_name TEXT COLLATE "C" NOT NULL,
    account_name_kana TEXT COLLATE "C",
    owner_id BIGINT,
    rating TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    account_site TEXT COLLATE "C",
    fax TEXT COLLATE "C",
    parent_account BIGINT,
    website TEXT COLLATE "C",
    account_number TEXT COLLATE "C",
    ticker_symbol TEXT COLLATE "C",
    account_type TEXT COLLATE "C",
    ownership TEXT COLLATE "C",
    industry TEXT COLLATE "C",
    employees BIGINT,
    annual_revenue BIGINT,
    sic_code BIGINT,
    billing_code TEXT COLLATE "C",
    billing_state TEXT COLLATE "C",
    billing_city TEXT COLLATE "C",
    billing_street TEXT COLLATE "C",
    billing_country TEXT COLLATE "C",
    shipping_code TEXT COLLATE "C",
    shipping_state TEXT COLLATE "C",
    shipping_city TEXT COLLATE "C",
    shipping_street TEXT COLLATE "C",
    shipping_country TEXT COLLATE "C",
    description TEXT COLLATE "C",
    created_by BIGINT,
    modified_by BIGINT,
    created_time BIGINT NOT NULL,
    modified_time BIGINT NOT NULL,
    last_activity_time BIGINT,
    sort_name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    suggest_key TEXT COLLATE "C" NOT NULL,
    custom TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, parent_account) REFERENCES crm_accounts (org_id, id)
);
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
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    full_name TEXT COLLATE "C" NOT NULL,
    last_name TEXT COLLATE "C" NOT NULL,
    first_name TEXT COLLATE "C",
    last_name_kana TEXT COLLATE "C",
    first_name_kana TEXT COLLATE "C",
    salutation TEXT COLLATE "C",
    owner_id BIGINT,
    account_id BIGINT,
    vendor_name TEXT COLLATE "C",
    title TEXT COLLATE "C",
    department TEXT COLLATE "C",
    email TEXT COLLATE "C",
    secondary_email TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    mobile TEXT COLLATE "C",
    home_phone TEXT COLLATE "C",
    other_phone TEXT COLLATE "C",
    fax TEXT COLLATE "C",
    lead_source TEXT COLLATE "C",
    date_of_birth TEXT COLLATE "C",
    assistant TEXT COLLATE "C",
    asst_phone TEXT COLLATE "C",
    reporting_to BIGINT,
    email_opt_out BIGINT,
    skype_id TEXT COLLATE "C",
    twitter TEXT COLLATE "C",
    mailing_code TEXT COLLATE "C",
    mailing_state TEXT COLLATE "C",
    mailing_city TEXT COLLATE "C",
    mailing_street TEXT COLLATE "C",
    mailing_country TEXT COLLATE "C",
    other_code TEXT COLLATE "C",
    other_state TEXT COLLATE "C",
    other_city TEXT COLLATE "C",
    other_street TEXT COLLATE "C",
    other_country TEXT COLLATE "C",
    description TEXT COLLATE "C",
    created_by BIGINT,
    modified_by BIGINT,
    created_time BIGINT NOT NULL,
    modified_time BIGINT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    custom TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES crm_accounts (org_id, id),
    FOREIGN KEY (org_id, reporting_to) REFERENCES crm_contacts (org_id, id)
);
CREATE INDEX crm_contacts_name ON crm_contacts (org_id, deleted, sort_name, id);
CREATE INDEX crm_contacts_created ON crm_contacts (org_id, deleted, created_time, id);
CREATE INDEX crm_contacts_modified ON crm_contacts (org_id, deleted, modified_time, id);
CREATE INDEX crm_contacts_owner ON crm_contacts (org_id, deleted, owner_id, sort_name, id);
CREATE INDEX crm_contacts_account ON crm_contacts (org_id, deleted, account_id, sort_name, id);
CREATE INDEX crm_contacts_source ON crm_contacts (org_id, deleted, lead_source, sort_name, id);
CREATE INDEX crm_contacts_email_key ON crm_contacts (org_id, email_key);

CREATE TABLE crm_deals (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    deal_name TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT,
    account_id BIGINT,
    contact_id BIGINT,
    amount BIGINT,
    closing_date TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    probability BIGINT,
    expected_revenue BIGINT,
    deal_type TEXT COLLATE "C",
    next_step TEXT COLLATE "C",
    lead_source TEXT COLLATE "C",
    campaign_source TEXT COLLATE "C",
    pipeline TEXT COLLATE "C",
    reason_for_loss TEXT COLLATE "C",
    description TEXT COLLATE "C",
    created_by BIGINT,
    modified_by BIGINT,
    created_time BIGINT NOT NULL,
    modified_time BIGINT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    sort_amount BIGINT NOT NULL,
    custom TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES crm_records (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES crm_users (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES crm_accounts (org_id, id),
    FOREIGN KEY (org_id, contact_id) REFERENCES crm_contacts (org_id, id)
);
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
    org_id    BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    act       TEXT COLLATE "C"    NOT NULL,
    changes   TEXT COLLATE "C"    NOT NULL,
    user_id   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (org_id, record_id, id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
);

CREATE TABLE crm_notes (
    org_id      BIGINT NOT NULL,
    record_id   BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    module      TEXT COLLATE "C"    NOT NULL,
    title       TEXT COLLATE "C"    NOT NULL,
    body        TEXT COLLATE "C"    NOT NULL,
    version     BIGINT NOT NULL,
    created_by  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, record_id, id),
    FOREIGN KEY (org_id, record_id) REFERENCES crm_records (org_id, id)
);

CREATE TABLE crm_search (
    org_id BIGINT NOT NULL,
    id     BIGINT NOT NULL,
    grams  TSVECTOR NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX crm_search_grams ON crm_search USING GIN (grams);
