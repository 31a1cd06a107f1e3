import type { Migration } from '../migrate.ts'

/** The journal and what stands beside it. Views are no part of any migration: they are folded anew when they change. */
export const JOURNAL_AND_OUTBOX: Migration = {
  version: 1,
  readableFrom: 1,
  sql: `
    CREATE TABLE meta (
      name  TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Own entries and received ones, in the order they took effect here.
    CREATE TABLE journal (
      pos     INTEGER PRIMARY KEY,
      origin  TEXT NOT NULL CHECK (origin IN ('own', 'service')),
      -- own: the station's sequence number; service: the cursor
      seq     INTEGER NOT NULL CHECK (seq > 0),
      text    TEXT NOT NULL,
      hash    TEXT NOT NULL CHECK (length(hash) = 64),
      chain   TEXT CHECK ((chain IS NULL) = (origin = 'own')),
      -- why nothing follows from this entry here, as judged when it was recorded
      trouble TEXT,
      because TEXT,
      id      TEXT GENERATED ALWAYS AS (
                CASE WHEN coalesce(trouble, '') NOT IN ('hash-mismatch', 'not-an-entry', 'doubled')
                      AND json_valid(text) THEN text ->> '$.id' END) VIRTUAL,
      UNIQUE (origin, seq)
    ) STRICT;
    CREATE UNIQUE INDEX journal_by_id ON journal (id);

    CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'a journal entry is never changed'); END;
    CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'a journal entry is never removed'); END;

    -- The newest text under each key. Older ones are gone: they have no further use.
    CREATE TABLE personal (
      key  TEXT PRIMARY KEY,
      hash TEXT NOT NULL,
      salt TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Own entries the service has not answered.
    CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY
    ) STRICT;

    -- Own entries it has answered, and where it put them in its order.
    CREATE TABLE answered (
      seq    INTEGER PRIMARY KEY,
      cursor INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX answered_by_cursor ON answered (cursor, seq);
  `,
}
