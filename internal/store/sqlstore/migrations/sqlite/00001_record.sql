-- +goose Up
-- Money is a decimal integer in text (sums take 128 bits), times are UTC RFC 3339
-- with nine decimals so that text order is time order, days are YYYY-MM-DD or ''.
CREATE TABLE record (
  id                 INTEGER PRIMARY KEY CHECK (id = 1),
  revision           INTEGER NOT NULL,
  batches            INTEGER NOT NULL, -- number of the last batch id given
  log_entries        INTEGER NOT NULL,
  log_hash           TEXT NOT NULL,
  log_at             TEXT NOT NULL,
  published_revision INTEGER NOT NULL,
  published_digest   TEXT NOT NULL,
  published_at       TEXT NOT NULL
) STRICT;

INSERT INTO record VALUES (1, 0, 0, 0, '', '', 0, '', '');

CREATE TABLE log (
  seq      INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  at       TEXT NOT NULL,
  actor    TEXT NOT NULL,
  action   TEXT NOT NULL,
  object   TEXT NOT NULL,
  before   TEXT NOT NULL,
  after    TEXT NOT NULL,
  hash     TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER log_is_not_updated BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
-- +goose StatementEnd

CREATE TABLE batches (
  number       INTEGER PRIMARY KEY,
  file         TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  profile_key  TEXT NOT NULL,
  profile_hash TEXT NOT NULL,
  profile      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  imported_at  TEXT NOT NULL,
  imported_by  TEXT NOT NULL,
  skipped      TEXT NOT NULL, -- JSON lists
  stated       TEXT NOT NULL,
  notes        TEXT NOT NULL,
  decimals     TEXT NOT NULL,
  line_count   INTEGER NOT NULL,
  accounts     INTEGER NOT NULL,
  first_day    TEXT NOT NULL,
  last_day     TEXT NOT NULL,
  result       TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('live', 'undone')),
  changed_at   TEXT NOT NULL,
  changed_by   TEXT NOT NULL
) STRICT;

CREATE TABLE batch_controls (
  batch                      INTEGER NOT NULL REFERENCES batches (number),
  currency                   TEXT NOT NULL,
  decimals                   INTEGER NOT NULL,
  read_rows                  INTEGER NOT NULL,
  read_without_amount        INTEGER NOT NULL,
  read_amount                TEXT NOT NULL,
  loaded_rows                INTEGER NOT NULL,
  loaded_without_amount      INTEGER NOT NULL,
  loaded_amount              TEXT NOT NULL,
  unassigned_rows            INTEGER NOT NULL,
  unassigned_without_amount  INTEGER NOT NULL,
  unassigned_amount          TEXT NOT NULL,
  excluded_rows              INTEGER NOT NULL,
  excluded_without_amount    INTEGER NOT NULL,
  excluded_amount            TEXT NOT NULL,
  quarantined_rows           INTEGER NOT NULL,
  quarantined_without_amount INTEGER NOT NULL,
  quarantined_amount         TEXT NOT NULL,
  PRIMARY KEY (batch, currency)
) STRICT;

CREATE TABLE batch_reasons (
  batch          INTEGER NOT NULL,
  currency       TEXT NOT NULL,
  place          INTEGER NOT NULL, -- order within the control
  state          TEXT NOT NULL CHECK (state IN ('loaded', 'excluded', 'quarantined')),
  code           TEXT NOT NULL,
  words          TEXT NOT NULL,
  row_count      INTEGER NOT NULL,
  without_amount INTEGER NOT NULL,
  amount         TEXT NOT NULL,
  PRIMARY KEY (batch, currency, place),
  FOREIGN KEY (batch, currency) REFERENCES batch_controls (batch, currency)
) STRICT;

CREATE TABLE profiles (
  header_key TEXT NOT NULL,
  version    INTEGER NOT NULL,
  name       TEXT NOT NULL,
  document   TEXT NOT NULL,
  at         TEXT NOT NULL,
  made_by    TEXT NOT NULL,
  PRIMARY KEY (header_key, version)
) STRICT;

CREATE TABLE identity_events (
  id        INTEGER PRIMARY KEY,
  relation  TEXT NOT NULL CHECK (relation IN ('merge', 'group')),
  from_key  TEXT NOT NULL,
  to_key    TEXT NOT NULL,
  at        TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  undone_at TEXT NOT NULL,
  undone_by TEXT NOT NULL
) STRICT;

CREATE TABLE dismissals (
  relation  TEXT NOT NULL CHECK (relation IN ('merge', 'group')),
  one_key   TEXT NOT NULL,
  other_key TEXT NOT NULL,
  at        TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  PRIMARY KEY (relation, one_key, other_key)
) STRICT;

CREATE TABLE rates (
  batch         INTEGER NOT NULL REFERENCES batches (number),
  day           TEXT NOT NULL,
  from_currency TEXT NOT NULL,
  to_currency   TEXT NOT NULL,
  rate          TEXT NOT NULL,
  PRIMARY KEY (batch, day, from_currency, to_currency)
) STRICT;

CREATE TABLE policies (
  version  INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  at       TEXT NOT NULL,
  made_by  TEXT NOT NULL
) STRICT;

CREATE TABLE decisions (
  batch   INTEGER NOT NULL REFERENCES batches (number),
  line    INTEGER NOT NULL,
  action  TEXT NOT NULL CHECK (action IN ('fixed', 'ignored', 'reopened')),
  reason  TEXT NOT NULL,
  fixed   TEXT NOT NULL,
  at      TEXT NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (batch, line)
) STRICT;
