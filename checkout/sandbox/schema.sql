-- The payments sandbox's tables. Bodies are Stripe's objects as JSON; times of `tasks` are the sandbox's clock,
-- times of `deliveries` the real one.
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    object TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (object, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (object, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (object, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_by_source ON objects (object, json_extract(body, '$.source'));

CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL,
    object_id TEXT NOT NULL,
    due_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS tasks_due ON tasks (due_at);

CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'sending', 'delivered', 'dropped', 'failed')),
    due_at REAL NOT NULL,
    after_id INTEGER,           -- not before this one was tried
    fault_id INTEGER,           -- which fault holds it back
    forged INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER,
    last_error TEXT,
    sent_at REAL
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE INDEX IF NOT EXISTS deliveries_of_event ON deliveries (event_id);

CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    event TEXT NOT NULL,
    moment TEXT NOT NULL,
    status INTEGER NOT NULL,
    seconds REAL NOT NULL,
    times INTEGER NOT NULL,
    remaining INTEGER,          -- empty: until cleared
    hits INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    params TEXT NOT NULL,
    idempotency_key TEXT,
    status INTEGER NOT NULL,
    replayed INTEGER NOT NULL
);
