-- +goose Up

CREATE TABLE projects_groups (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, name_key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;

-- How often a prefix was made of a name, so that the next one gets a number.
CREATE TABLE projects_prefixes (
    portal_id INTEGER NOT NULL,
    base TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (portal_id, base),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;

-- end_key is end_date, or a day after all days where there is none: lists sort by
-- it, so it is never null. So it is in the tables below.
CREATE TABLE projects_projects (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    prefix TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    group_id INTEGER,
    status TEXT NOT NULL,
    closed INTEGER NOT NULL,
    start_date TEXT,
    end_date TEXT,
    end_key TEXT NOT NULL,
    overview TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    strict_dates INTEGER NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    trashed INTEGER NOT NULL,
    trashed_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, prefix),
    CHECK ((trashed = 1) = (trashed_at IS NOT NULL)),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id),
    FOREIGN KEY (portal_id, owner_id) REFERENCES projects_people (portal_id, id),
    FOREIGN KEY (portal_id, group_id) REFERENCES projects_groups (portal_id, id)
) STRICT;
CREATE INDEX projects_projects_name ON projects_projects (portal_id, trashed, name_key, id);
CREATE INDEX projects_projects_updated ON projects_projects (portal_id, trashed, updated_at, id);
CREATE INDEX projects_projects_end ON projects_projects (portal_id, trashed, end_key, id);
CREATE INDEX projects_projects_owner ON projects_projects (portal_id, owner_id, id);
CREATE INDEX projects_projects_group ON projects_projects (portal_id, group_id, id);

-- What is in a project, internal (in) and external (ex) apart, and the last numbers
-- given. Every writer of the project's content takes this row's lock first.
CREATE TABLE projects_counters (
    portal_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    last_task INTEGER NOT NULL,
    last_bug INTEGER NOT NULL,
    tasks_open_in INTEGER NOT NULL,
    tasks_open_ex INTEGER NOT NULL,
    tasks_closed_in INTEGER NOT NULL,
    tasks_closed_ex INTEGER NOT NULL,
    percent_in INTEGER NOT NULL,
    percent_ex INTEGER NOT NULL,
    milestones_open_in INTEGER NOT NULL,
    milestones_open_ex INTEGER NOT NULL,
    milestones_closed_in INTEGER NOT NULL,
    milestones_closed_ex INTEGER NOT NULL,
    bugs_open_in INTEGER NOT NULL,
    bugs_open_ex INTEGER NOT NULL,
    bugs_closed_in INTEGER NOT NULL,
    bugs_closed_ex INTEGER NOT NULL,
    PRIMARY KEY (portal_id, project_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id)
) STRICT;

CREATE TABLE projects_project_members (
    portal_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('manager', 'member')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, project_id, member_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_project_members_member ON projects_project_members (portal_id, member_id, project_id);

-- The company at place 1 is the primary client.
CREATE TABLE projects_project_clients (
    portal_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    company_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    all_users INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, project_id, company_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, company_id) REFERENCES projects_companies (portal_id, id)
) STRICT;
CREATE INDEX projects_project_clients_company ON projects_project_clients (portal_id, company_id, project_id);

CREATE TABLE projects_project_users (
    portal_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    company_id INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, project_id, user_id),
    FOREIGN KEY (portal_id, project_id, company_id) REFERENCES projects_project_clients (portal_id, project_id, company_id),
    FOREIGN KEY (portal_id, user_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_project_users_user ON projects_project_users (portal_id, user_id, project_id);

CREATE TABLE projects_milestones (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    start_date TEXT,
    end_date TEXT,
    end_key TEXT NOT NULL,
    status TEXT NOT NULL,
    closed INTEGER NOT NULL,
    external INTEGER NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, owner_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_milestones_end ON projects_milestones (portal_id, project_id, end_key, id);
CREATE INDEX projects_milestones_name ON projects_milestones (portal_id, project_id, name_key, id);

CREATE TABLE projects_task_lists (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    external INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    milestone_id INTEGER,
    tasks_open INTEGER NOT NULL,
    tasks_closed INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, milestone_id) REFERENCES projects_milestones (portal_id, id)
) STRICT;
CREATE INDEX projects_task_lists_project ON projects_task_lists (portal_id, project_id, id);
CREATE INDEX projects_task_lists_milestone ON projects_task_lists (portal_id, milestone_id, id);

CREATE TABLE projects_tasks (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    closed INTEGER NOT NULL,
    external INTEGER NOT NULL,
    priority TEXT NOT NULL,
    start_date TEXT,
    due_date TEXT,
    due_key TEXT NOT NULL,
    percent INTEGER NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, project_id, number),
    CHECK (percent BETWEEN 0 AND 100),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, list_id) REFERENCES projects_task_lists (portal_id, id)
) STRICT;
CREATE INDEX projects_tasks_due ON projects_tasks (portal_id, project_id, due_key, id);
CREATE INDEX projects_tasks_title ON projects_tasks (portal_id, project_id, title_key, id);
CREATE INDEX projects_tasks_list ON projects_tasks (portal_id, list_id, id);

-- closed and due_key are the task's, so that "what I have to do" reads one index.
CREATE TABLE projects_task_owners (
    portal_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    due_key TEXT NOT NULL,
    PRIMARY KEY (portal_id, task_id, member_id),
    FOREIGN KEY (portal_id, task_id) REFERENCES projects_tasks (portal_id, id),
    FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_task_owners_member ON projects_task_owners (portal_id, member_id, closed, due_key, task_id);

CREATE TABLE projects_bugs (
    portal_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    description TEXT NOT NULL,
    assignee_id INTEGER,
    reporter_id INTEGER,
    status TEXT NOT NULL,
    closed INTEGER NOT NULL,
    external INTEGER NOT NULL,
    severity TEXT NOT NULL,
    classification TEXT NOT NULL,
    due_date TEXT,
    due_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, project_id, number),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, assignee_id) REFERENCES projects_people (portal_id, id)
) STRICT;
CREATE INDEX projects_bugs_due ON projects_bugs (portal_id, project_id, due_key, id);
CREATE INDEX projects_bugs_title ON projects_bugs (portal_id, project_id, title_key, id);

-- The search index: every two neighbouring characters of a folded name, and its
-- last one alone. scope_id is the project of an item, 0 for projects themselves.
CREATE TABLE projects_grams (
    portal_id INTEGER NOT NULL,
    scope_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'task', 'milestone', 'bug')),
    gram TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (portal_id, scope_id, kind, gram, subject_id)
) STRICT;

-- What was made with an idempotency key, so that asking again gives the same thing.
CREATE TABLE projects_idempotency (
    portal_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    idem TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (portal_id, kind, idem),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
) STRICT;
CREATE INDEX projects_idempotency_at ON projects_idempotency (portal_id, at);
