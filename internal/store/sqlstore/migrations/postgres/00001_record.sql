-- +goose Up
-- Money is a decimal integer in text (sums take 128 bits), times are UTC RFC 3339
-- with nine decimals so that text order is time order, days are YYYY-MM-DD or ''.
-- Texts are in order of their bytes: an index then stays right when the system's own
-- rules of order change, and the database's are of no matter.
CREATE TABLE record (
  id                 BIGINT PRIMARY KEY CHECK (id = 1),
  revision           BIGINT NOT NULL,
  batches            BIGINT NOT NULL, -- number of the last batch id given
  log_entries        BIGINT NOT NULL,
  log_hash           TEXT COLLATE "C" NOT NULL,
  log_at             TEXT COLLATE "C" NOT NULL,
  published_revision BIGINT NOT NULL,
  published_digest   TEXT COLLATE "C" NOT NULL,
  published_at       TEXT COLLATE "C" NOT NULL
);

INSERT INTO record VALUES (1, 0, 0, 0, '', '', 0, '', '');

CREATE TABLE log (
  seq      BIGINT PRIMARY KEY,
  revision BIGINT NOT NULL,
  at       TEXT COLLATE "C" NOT NULL,
  actor    TEXT COLLATE "C" NOT NULL,
  action   TEXT COLLATE "C" NOT NULL,
  object   TEXT COLLATE "C" NOT NULL,
  before   TEXT COLLATE "C" NOT NULL,
  after    TEXT COLLATE "C" NOT NULL,
  hash     TEXT COLLATE "C" NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION log_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is never changed'; END $$;
-- +goose StatementEnd

CREATE TRIGGER log_is_not_changed BEFORE UPDATE OR DELETE ON log
FOR EACH ROW EXECUTE FUNCTION log_is_never_changed();

CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON log
FOR EACH STATEMENT EXECUTE FUNCTION log_is_never_changed();

CREATE TABLE batches (
  number       BIGINT PRIMARY KEY,
  file         TEXT COLLATE "C" NOT NULL,
  sha256       TEXT COLLATE "C" NOT NULL,
  size         BIGINT NOT NULL,
  profile_key  TEXT COLLATE "C" NOT NULL,
  profile_hash TEXT COLLATE "C" NOT NULL,
  profile      TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  imported_at  TEXT COLLATE "C" NOT NULL,
  imported_by  TEXT COLLATE "C" NOT NULL,
  skipped      TEXT COLLATE "C" NOT NULL, -- JSON lists
  stated       TEXT COLLATE "C" NOT NULL,
  notes        TEXT COLLATE "C" NOT NULL,
  decimals     TEXT COLLATE "C" NOT NULL,
  line_count   BIGINT NOT NULL,
  accounts     BIGINT NOT NULL,
  first_day    TEXT COLLATE "C" NOT NULL,
  last_day     TEXT COLLATE "C" NOT NULL,
  result       TEXT COLLATE "C" NOT NULL,
  state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('live', 'undone')),
  changed_at   TEXT COLLATE "C" NOT NULL,
  changed_by   TEXT COLLATE "C" NOT NULL
);

CREATE TABLE batch_controls (
  batch                      BIGINT NOT NULL REFERENCES batches (number),
  currency                   TEXT COLLATE "C" NOT NULL,
  decimals                   BIGINT NOT NULL,
  read_rows                  BIGINT NOT NULL,
  read_without_amount        BIGINT NOT NULL,
  read_amount                TEXT COLLATE "C" NOT NULL,
  loaded_rows                BIGINT NOT NULL,
  loaded_without_amount      BIGINT NOT NULL,
  loaded_amount              TEXT COLLATE "C" NOT NULL,
  unassigned_rows            BIGINT NOT NULL,
  unassigned_without_amount  BIGINT NOT NULL,
  unassigned_amount          TEXT COLLATE "C" NOT NULL,
  excluded_rows              BIGINT NOT NULL,
  excluded_without_amount    BIGINT NOT NULL,
  excluded_amount            TEXT COLLATE "C" NOT NULL,
  quarantined_rows           BIGINT NOT NULL,
  quarantined_without_amount BIGINT NOT NULL,
  quarantined_amount         TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (batch, currency)
);

CREATE TABLE batch_reasons (
  batch          BIGINT NOT NULL,
  currency       TEXT COLLATE "C" NOT NULL,
  place          BIGINT NOT NULL, -- order within the control
  state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('loaded', 'excluded', 'quarantined')),
  code           TEXT COLLATE "C" NOT NULL,
  words          TEXT COLLATE "C" NOT NULL,
  row_count      BIGINT NOT NULL,
  without_amount BIGINT NOT NULL,
  amount         TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (batch, currency, place),
  FOREIGN KEY (batch, currency) REFERENCES batch_controls (batch, currency)
);

CREATE TABLE profiles (
  header_key TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  name       TEXT COLLATE "C" NOT NULL,
  document   TEXT COLLATE "C" NOT NULL,
  at         TEXT COLLATE "C" NOT NULL,
  made_by    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (header_key, version)
);

CREATE TABLE identity_events (
  id        BIGINT PRIMARY KEY,
  relation  TEXT COLLATE "C" NOT NULL CHECK (relation IN ('merge', 'group')),
  from_key  TEXT COLLATE "C" NOT NULL,
  to_key    TEXT COLLATE "C" NOT NULL,
  at        TEXT COLLATE "C" NOT NULL,
  made_by   TEXT COLLATE "C" NOT NULL,
  undone_at TEXT COLLATE "C" NOT NULL,
  undone_by TEXT COLLATE "C" NOT NULL
);

CREATE TABLE dismissals (
  relation  TEXT COLLATE "C" NOT NULL CHECK (relation IN ('merge', 'group')),
  one_key   TEXT COLLATE "C" NOT NULL,
  other_key TEXT COLLATE "C" NOT NULL,
  at        TEXT COLLATE "C" NOT NULL,
  made_by   TEXT COLLATE "C" NOT NULL
);

-- No key over the names: they may be longer than an index takes. A change looks first.
CREATE INDEX dismissals_one_key ON dismissals USING hash (one_key);

CREATE TABLE rates (
  batch         BIGINT NOT NULL REFERENCES batches (number),
  day           TEXT COLLATE "C" NOT NULL,
  from_currency TEXT COLLATE "C" NOT NULL,
  to_currency   TEXT COLLATE "C" NOT NULL,
  rate          TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (batch, day, from_currency, to_currency)
);

CREATE TABLE policies (
  version  BIGINT PRIMARY KEY,
  document TEXT COLLATE "C" NOT NULL,
  at       TEXT COLLATE "C" NOT NULL,
  made_by  TEXT COLLATE "C" NOT NULL
);

CREATE TABLE decisions (
  batch   BIGINT NOT NULL REFERENCES batches (number),
  line    BIGINT NOT NULL,
  action  TEXT COLLATE "C" NOT NULL CHECK (action IN ('fixed', 'ignored', 'reopened')),
  reason  TEXT COLLATE "C" NOT NULL,
  fixed   TEXT COLLATE "C" NOT NULL,
  at      TEXT COLLATE "C" NOT NULL,
  made_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (batch, line)
);
