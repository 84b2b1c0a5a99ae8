-- +goose Up

CREATE TABLE projects_groups (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, name_key),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);

-- How often a prefix was made of a name, so that the next one gets a number.
CREATE TABLE projects_prefixes (
    portal_id BIGINT NOT NULL,
    base TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (portal_id, base),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);

-- end_key is end_date, or a day after all days where there is none: lists sort by
-- it, so it is never null. So it is in the tables below.
CREATE TABLE projects_projects (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    prefix TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    group_id BIGINT,
    status TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    start_date TEXT COLLATE "C",
    end_date TEXT COLLATE "C",
    end_key TEXT COLLATE "C" NOT NULL,
    overview TEXT COLLATE "C" NOT NULL,
    is_public BIGINT NOT NULL,
    strict_dates BIGINT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    trashed BIGINT NOT NULL,
    trashed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, prefix),
    CHECK ((trashed = 1) = (trashed_at IS NOT NULL)),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id),
    FOREIGN KEY (portal_id, owner_id) REFERENCES projects_people (portal_id, id),
    FOREIGN KEY (portal_id, group_id) REFERENCES projects_groups (portal_id, id)
);
CREATE INDEX projects_projects_name ON projects_projects (portal_id, trashed, name_key, id);
CREATE INDEX projects_projects_updated ON projects_projects (portal_id, trashed, updated_at, id);
CREATE INDEX projects_projects_end ON projects_projects (portal_id, trashed, end_key, id);
CREATE INDEX projects_projects_owner ON projects_projects (portal_id, owner_id, id);
CREATE INDEX projects_projects_group ON projects_projects (portal_id, group_id, id);

-- What is in a project, internal (in) and external (ex) apart, and the last numbers
-- given. Every writer of the project's content takes this row's lock first.
CREATE TABLE projects_counters (
    portal_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    last_task BIGINT NOT NULL,
    last_bug BIGINT NOT NULL,
    tasks_open_in BIGINT NOT NULL,
    tasks_open_ex BIGINT NOT NULL,
    tasks_closed_in BIGINT NOT NULL,
    tasks_closed_ex BIGINT NOT NULL,
    percent_in BIGINT NOT NULL,
    percent_ex BIGINT NOT NULL,
    milestones_open_in BIGINT NOT NULL,
    milestones_open_ex BIGINT NOT NULL,
    milestones_closed_in BIGINT NOT NULL,
    milestones_closed_ex BIGINT NOT NULL,
    bugs_open_in BIGINT NOT NULL,
    bugs_open_ex BIGINT NOT NULL,
    bugs_closed_in BIGINT NOT NULL,
    bugs_closed_ex BIGINT NOT NULL,
    PRIMARY KEY (portal_id, project_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id)
);

CREATE TABLE projects_project_members (
    portal_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('manager', 'member')),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, project_id, member_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_project_members_member ON projects_project_members (portal_id, member_id, project_id);

-- The company at place 1 is the primary client.
CREATE TABLE projects_project_clients (
    portal_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    company_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    all_users BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, project_id, company_id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, company_id) REFERENCES projects_companies (portal_id, id)
);
CREATE INDEX projects_project_clients_company ON projects_project_clients (portal_id, company_id, project_id);

CREATE TABLE projects_project_users (
    portal_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    company_id BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, project_id, user_id),
    FOREIGN KEY (portal_id, project_id, company_id) REFERENCES projects_project_clients (portal_id, project_id, company_id),
    FOREIGN KEY (portal_id, user_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_project_users_user ON projects_project_users (portal_id, user_id, project_id);

CREATE TABLE projects_milestones (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    start_date TEXT COLLATE "C",
    end_date TEXT COLLATE "C",
    end_key TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    external BIGINT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, owner_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_milestones_end ON projects_milestones (portal_id, project_id, end_key, id);
CREATE INDEX projects_milestones_name ON projects_milestones (portal_id, project_id, name_key, id);

CREATE TABLE projects_task_lists (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    external BIGINT NOT NULL,
    is_default BIGINT NOT NULL,
    milestone_id BIGINT,
    tasks_open BIGINT NOT NULL,
    tasks_closed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, milestone_id) REFERENCES projects_milestones (portal_id, id)
);
CREATE INDEX projects_task_lists_project ON projects_task_lists (portal_id, project_id, id);
CREATE INDEX projects_task_lists_milestone ON projects_task_lists (portal_id, milestone_id, id);

CREATE TABLE projects_tasks (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    list_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    title_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    external BIGINT NOT NULL,
    priority TEXT COLLATE "C" NOT NULL,
    start_date TEXT COLLATE "C",
    due_date TEXT COLLATE "C",
    due_key TEXT COLLATE "C" NOT NULL,
    percent BIGINT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, project_id, number),
    CHECK (percent BETWEEN 0 AND 100),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, list_id) REFERENCES projects_task_lists (portal_id, id)
);
CREATE INDEX projects_tasks_due ON projects_tasks (portal_id, project_id, due_key, id);
CREATE INDEX projects_tasks_title ON projects_tasks (portal_id, project_id, title_key, id);
CREATE INDEX projects_tasks_list ON projects_tasks (portal_id, list_id, id);

-- closed and due_key are the task's, so that "what I have to do" reads one index.
CREATE TABLE projects_task_owners (
    portal_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    due_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (portal_id, task_id, member_id),
    FOREIGN KEY (portal_id, task_id) REFERENCES projects_tasks (portal_id, id),
    FOREIGN KEY (portal_id, member_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_task_owners_member ON projects_task_owners (portal_id, member_id, closed, due_key, task_id);

CREATE TABLE projects_bugs (
    portal_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    title_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    assignee_id BIGINT,
    reporter_id BIGINT,
    status TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    external BIGINT NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    classification TEXT COLLATE "C" NOT NULL,
    due_date TEXT COLLATE "C",
    due_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, project_id, number),
    FOREIGN KEY (portal_id, project_id) REFERENCES projects_projects (portal_id, id),
    FOREIGN KEY (portal_id, assignee_id) REFERENCES projects_people (portal_id, id)
);
CREATE INDEX projects_bugs_due ON projects_bugs (portal_id, project_id, due_key, id);
CREATE INDEX projects_bugs_title ON projects_bugs (portal_id, project_id, title_key, id);

-- The search index: every two neighbouring characters of a folded name, and its
-- last one alone. scope_id is the project of an item, 0 for projects themselves.
CREATE TABLE projects_grams (
    portal_id BIGINT NOT NULL,
    scope_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('project', 'task', 'milestone', 'bug')),
    gram TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    PRIMARY KEY (portal_id, scope_id, kind, gram, subject_id)
);

-- What was made with an idempotency key, so that asking again gives the same thing.
CREATE TABLE projects_idempotency (
    portal_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    idem TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (portal_id, kind, idem),
    FOREIGN KEY (portal_id) REFERENCES projects_portals (id)
);
CREATE INDEX projects_idempotency_at ON projects_idempotency (portal_id, at);
