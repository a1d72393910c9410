-- The database of klientel, version 1: the schema as a document.
--
-- Rules that hold everywhere
--   money      integer minor units, beside a currency of three capitals
--   date       text YYYY-MM-DD;  month  text YYYY-MM;  instant  text YYYY-MM-DDTHH:MM:SSZ (UTC)
--   unknown    NULL, never 0 or ''
--   boolean    integer 0 or 1
--   *_fold     caseless form made in C (NFC, case folding), for comparing and searching
--   *_sort     collation key made in C in the bureau's language, for ORDER BY
--   version    counts the changes of a row; a person's command carries the version seen
--   words      states and roles are the words of rules/model.c
-- Rows that happened are never deleted: grants end, clients are archived, notes are done.

-- Bureau-wide facts: partner_name, partner_code, country, language, demo, demo_today, internal_client,
-- collation (version of the sort keys), favourite defaults.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- People who can log in. role: admin lead operator user; kind: staff external integration.
CREATE TABLE user (
    id         INTEGER PRIMARY KEY,
    login      TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    name_fold  TEXT NOT NULL,
    name_sort  BLOB NOT NULL,
    email      TEXT NOT NULL DEFAULT '',
    role       TEXT NOT NULL CHECK (role IN ('admin', 'lead', 'operator', 'user')),
    kind       TEXT NOT NULL DEFAULT 'staff' CHECK (kind IN ('staff', 'external', 'integration')),
    until      TEXT,                      -- instant the person stops being active; NULL = open
    created_at TEXT NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Clients. The internal client is the bureau itself (S2.11). Archived: the relationship has ended.
CREATE TABLE client (
    id            INTEGER PRIMARY KEY,
    number        TEXT,                   -- the bureau's own client number
    orgno         TEXT,                   -- normalised digits
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL,
    name_sort     BLOB NOT NULL,
    country       TEXT NOT NULL DEFAULT '', -- NO, SE, ...
    form          TEXT NOT NULL DEFAULT '',
    address       TEXT NOT NULL DEFAULT '',
    postcode      TEXT NOT NULL DEFAULT '',
    city          TEXT NOT NULL DEFAULT '',
    email         TEXT NOT NULL DEFAULT '',
    phone         TEXT NOT NULL DEFAULT '',
    contact_name  TEXT NOT NULL DEFAULT '',
    contact_email TEXT NOT NULL DEFAULT '',
    payday        INTEGER CHECK (payday BETWEEN 1 AND 31),
    partner_code  TEXT NOT NULL DEFAULT '', -- '' once the relationship has ended (S5.9)
    internal      INTEGER NOT NULL DEFAULT 0 CHECK (internal IN (0, 1)),
    demo          INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
    archived_at   TEXT,                   -- instant; NULL = a client now
    created_at    TEXT NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX client_orgno ON client (orgno) WHERE orgno IS NOT NULL;
CREATE UNIQUE INDEX client_number ON client (number) WHERE number IS NOT NULL;
CREATE INDEX client_name ON client (name_sort, id);
CREATE INDEX client_fold ON client (name_fold);
CREATE UNIQUE INDEX client_internal ON client (internal) WHERE internal = 1;

-- What a client owes the authorities, with dates (C50). value: AGI class 12, 26, season; zone 1, 1a …
CREATE TABLE obligation (
    id        INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES client (id),
    kind      TEXT NOT NULL CHECK (kind IN ('a-melding', 'agi', 'term', 'financial-tax', 'zone')),
    value     TEXT NOT NULL DEFAULT '',
    from_date TEXT NOT NULL,
    until     TEXT                        -- last day; NULL = open
) STRICT;
CREATE INDEX obligation_client ON obligation (client_id, kind);

-- Access: user × client, never deleted. Ended or replaced rows stay, so that "who could see it on
-- 31 March" is a query. At most one row of a pair is in force at any instant.
CREATE TABLE grant_ (
    id           INTEGER PRIMARY KEY,
    client_id    INTEGER NOT NULL REFERENCES client (id),
    user_id      INTEGER NOT NULL REFERENCES user (id),
    role         TEXT NOT NULL CHECK (role IN ('responsible', 'member')),
    source       TEXT NOT NULL CHECK (source IN ('hand', 'auto', 'import', 'template', 'replacement')),
    from_at      TEXT NOT NULL,           -- instant, first in force
    until_at     TEXT,                    -- instant, last in force; NULL = open
    packages     TEXT NOT NULL DEFAULT '',-- package names joined by U+001F, sorted
    granted_by   INTEGER REFERENCES user (id),
    changeset_id INTEGER NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
-- Holds who has access to each client, so that 300,000 rows are not looked up.
CREATE INDEX grant_client ON grant_ (client_id, user_id, from_at, until_at, role);
CREATE INDEX grant_user ON grant_ (user_id, client_id, from_at, until_at);
CREATE INDEX grant_until ON grant_ (until_at) WHERE until_at IS NOT NULL;

-- Packages: bundles of rights. main: at most one of them a user and client (C24).
CREATE TABLE package (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    main INTEGER NOT NULL DEFAULT 0 CHECK (main IN (0, 1))
) STRICT;

-- Groups (categories): tags on clients (S1.42, C14). filter: fills itself; NULL = filled by hand.
CREATE TABLE group_ (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    name_fold TEXT NOT NULL UNIQUE,
    letter    TEXT NOT NULL DEFAULT '',
    filter    TEXT,
    version   INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE group_client (
    group_id  INTEGER NOT NULL REFERENCES group_ (id),
    client_id INTEGER NOT NULL REFERENCES client (id),
    PRIMARY KEY (group_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_client_client ON group_client (client_id, group_id);

-- Employees of clients: person data. national_id is sealed with the key file; national_id_hash is a keyed
-- digest for exact look-up. person: the client's own number for the employee.
CREATE TABLE employee (
    id               INTEGER PRIMARY KEY,
    client_id        INTEGER NOT NULL REFERENCES client (id),
    person           TEXT NOT NULL,
    name             TEXT NOT NULL DEFAULT '',
    name_fold        TEXT NOT NULL DEFAULT '',
    national_id      BLOB,
    national_id_hash TEXT,
    from_date        TEXT,
    until            TEXT,                -- last day of employment; NULL = open or not known
    version          INTEGER NOT NULL DEFAULT 1,
    UNIQUE (client_id, person)
) STRICT;

-- Payroll runs (C45). month: the pay-out month the run is counted in. kind 'month': a file that knew only
-- the month; its number is the month; it counts only while the month has no run of another kind.
CREATE TABLE run (
    id           INTEGER PRIMARY KEY,
    client_id    INTEGER NOT NULL REFERENCES client (id),
    number       TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('ordinary', 'extra', 'correction', 'month')),
    earned       TEXT,                    -- month
    payout       TEXT,                    -- date
    month        TEXT,                    -- month
    employees    INTEGER, payslips INTEGER, travel INTEGER, absences INTEGER,
    lines        INTEGER, manual_lines INTEGER,
    gross        INTEGER, net INTEGER, withheld INTEGER,
    currency     TEXT NOT NULL,
    run_by       TEXT,                    -- login as the file says it
    run_at       TEXT,
    closed_by    TEXT,
    closed_at    TEXT,
    changeset_id INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    UNIQUE (client_id, number)
) STRICT;
-- Holds what lists and the dashboard ask of every client's month, so that 100,000 rows are not looked up.
CREATE INDEX run_month ON run (month, client_id, kind, payout, closed_at, employees, run_by);

-- Declarations (C47): one a client, month and kind; the state is the latest known. failed_month: the month
-- a failing answer was dated in (C11, C48); it stays when the state gets better.
CREATE TABLE declaration (
    id           INTEGER PRIMARY KEY,
    client_id    INTEGER NOT NULL REFERENCES client (id),
    month        TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('a-melding', 'agi')),
    state        TEXT NOT NULL,
    severity     TEXT,                    -- the worst failing state there was
    failed_month TEXT,
    received_at  TEXT,                    -- instant of the latest answer, NULL = not told
    text         TEXT NOT NULL DEFAULT '',-- in the authority's words
    source       TEXT NOT NULL,           -- csv, feedback, hand
    noted_at     TEXT NOT NULL,           -- when klientel learned it
    changeset_id INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    UNIQUE (client_id, month, kind)
) STRICT;
CREATE INDEX declaration_month ON declaration (month, client_id, kind, state, received_at, noted_at);
CREATE INDEX declaration_failed ON declaration (failed_month, client_id) WHERE failed_month IS NOT NULL;

-- Month steps done by hand or waiting (C52). Closed and declared are also known from runs and declarations.
CREATE TABLE step (
    id           INTEGER PRIMARY KEY,
    client_id    INTEGER NOT NULL REFERENCES client (id),
    month        TEXT NOT NULL,           -- pay-out month
    step         TEXT NOT NULL,
    done_at      TEXT,
    done_by      INTEGER REFERENCES user (id),
    waiting_for  TEXT NOT NULL DEFAULT '',
    since        TEXT,
    changeset_id INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    UNIQUE (client_id, month, step)
) STRICT;
CREATE INDEX step_month ON step (month, client_id);
CREATE INDEX step_waiting ON step (client_id, since) WHERE done_at IS NULL AND since IS NOT NULL;

-- Dated notes (C61); with a due date they are reminders.
CREATE TABLE note (
    id           INTEGER PRIMARY KEY,
    client_id    INTEGER NOT NULL REFERENCES client (id),
    at           TEXT NOT NULL,
    user_id      INTEGER NOT NULL REFERENCES user (id),
    text         TEXT NOT NULL,
    due          TEXT,
    person_id    INTEGER REFERENCES user (id),
    done_at      TEXT,
    changeset_id INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX note_client ON note (client_id, at);

-- Views: saved filters. owner NULL = shared by all.
CREATE TABLE view_ (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    dataset   TEXT NOT NULL,
    filter    TEXT NOT NULL,
    owner_id  INTEGER REFERENCES user (id),
    version   INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX view_name ON view_ (name_fold, coalesce(owner_id, 0));

-- The log, the undo journal and the history in one. Append-only (triggers below). id counts without a gap.
-- hash = BLAKE2b(prev, every field of the change-set, rows_hash); rows_hash = BLAKE2b over its change rows
-- in order: a missing, added or altered line is noticed.
CREATE TABLE changeset (
    id        INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    actor_id  INTEGER,
    actor     TEXT NOT NULL,              -- login at that time
    command   TEXT NOT NULL,
    reason    TEXT NOT NULL DEFAULT '',
    detail    TEXT NOT NULL DEFAULT '',   -- parameters of the command, for describing it; no person data
    operation TEXT NOT NULL UNIQUE,
    selected  INTEGER NOT NULL,
    applied   INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    skipped   INTEGER NOT NULL,
    undo_of   INTEGER REFERENCES changeset (id),
    rows      INTEGER NOT NULL,           -- number of change rows
    rows_hash TEXT NOT NULL,
    prev      TEXT NOT NULL,
    hash      TEXT NOT NULL UNIQUE
) STRICT;

-- One row a changed cell; one a file row for imports. before/after: plain text of the cell, or for an
-- import row "column=value" joined by U+001F. Person-level values are not here in clear: before/after
-- then hold a keyed digest, and secret_before/secret_after the row of `secret` with the sealed value.
CREATE TABLE change (
    id            INTEGER PRIMARY KEY,
    changeset_id  INTEGER NOT NULL REFERENCES changeset (id) DEFERRABLE INITIALLY DEFERRED,
    entity        TEXT NOT NULL,          -- table the row is in
    row_id        INTEGER NOT NULL,
    client_id     INTEGER,
    user_id       INTEGER,
    column_name   TEXT NOT NULL,          -- "row" for a whole new or imported row
    before        TEXT,
    after         TEXT,
    secret_before INTEGER,
    secret_after  INTEGER
) STRICT;
CREATE INDEX change_changeset ON change (changeset_id, id);
CREATE INDEX change_client ON change (client_id, changeset_id) WHERE client_id IS NOT NULL; -- the sheet of a client

-- Sealed person-level values; may be erased (value NULL) without breaking the chain.
CREATE TABLE secret (
    id    INTEGER PRIMARY KEY,
    value BLOB
) STRICT;

CREATE TRIGGER changeset_no_update BEFORE UPDATE ON changeset
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER changeset_no_delete BEFORE DELETE ON changeset
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER change_no_update BEFORE UPDATE ON change
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER change_no_delete BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- A person's own state: drafts, cursor, filters, watermarks, last seen. Not logged.
CREATE TABLE state (
    user_id INTEGER NOT NULL REFERENCES user (id),
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE favourite (
    user_id   INTEGER NOT NULL REFERENCES user (id),
    client_id INTEGER NOT NULL REFERENCES client (id),
    PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;

-- Reading person-level data is an event (who, when, what kind, which client; never the data).
CREATE TABLE event (
    id        INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    user_id   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    client_id INTEGER
) STRICT;

-- ---- summaries, kept in the same transaction as what they sum ----

-- Key figures of a month, the internal client apart (C3). *_known: clients the figure is known for.
CREATE TABLE month_total (
    month        TEXT NOT NULL,
    internal     INTEGER NOT NULL CHECK (internal IN (0, 1)),
    clients      INTEGER NOT NULL DEFAULT 0, -- clients with a run that month
    employees    INTEGER NOT NULL DEFAULT 0, employees_known    INTEGER NOT NULL DEFAULT 0,
    payslips     INTEGER NOT NULL DEFAULT 0, payslips_known     INTEGER NOT NULL DEFAULT 0,
    travel       INTEGER NOT NULL DEFAULT 0, travel_known       INTEGER NOT NULL DEFAULT 0,
    absences     INTEGER NOT NULL DEFAULT 0, absences_known     INTEGER NOT NULL DEFAULT 0,
    lines        INTEGER NOT NULL DEFAULT 0, manual_lines       INTEGER NOT NULL DEFAULT 0,
    lines_known  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (month, internal)
) STRICT, WITHOUT ROWID;

-- Pay per currency: a client's net where it is known, else its gross (C49).
CREATE TABLE month_pay (
    month         TEXT NOT NULL,
    internal      INTEGER NOT NULL CHECK (internal IN (0, 1)),
    currency      TEXT NOT NULL,
    pay           INTEGER NOT NULL DEFAULT 0,
    net_clients   INTEGER NOT NULL DEFAULT 0,
    gross_clients INTEGER NOT NULL DEFAULT 0, -- clients counted by gross
    PRIMARY KEY (month, internal, currency)
) STRICT, WITHOUT ROWID;

-- Declarations by month: failed ones by the month of the failing answer, states by declaration month.
CREATE TABLE month_failed (
    failed_month TEXT NOT NULL,
    internal     INTEGER NOT NULL CHECK (internal IN (0, 1)),
    failed       INTEGER NOT NULL DEFAULT 0,
    unresolved   INTEGER NOT NULL DEFAULT 0, -- of these, still rejected or immediate
    PRIMARY KEY (failed_month, internal)
) STRICT, WITHOUT ROWID;
CREATE TABLE month_declared (
    month    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    internal INTEGER NOT NULL CHECK (internal IN (0, 1)),
    state    TEXT NOT NULL,
    clients  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (month, kind, internal, state)
) STRICT, WITHOUT ROWID;

-- Counters that a screen shows without reading rows: clients = those not archived.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER client_counted AFTER INSERT ON client WHEN new.archived_at IS NULL
BEGIN
    INSERT INTO counter (name, value) VALUES ('clients', 1)
        ON CONFLICT (name) DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER client_recounted AFTER UPDATE OF archived_at ON client
    WHEN (old.archived_at IS NULL) <> (new.archived_at IS NULL)
BEGIN
    INSERT INTO counter (name, value) VALUES ('clients', CASE WHEN new.archived_at IS NULL THEN 1 ELSE 0 END)
        ON CONFLICT (name) DO UPDATE
        SET value = value + CASE WHEN new.archived_at IS NULL THEN 1 ELSE -1 END;
END;
