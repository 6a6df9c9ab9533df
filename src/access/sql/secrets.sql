CREATE TABLE accounts.credential (
  account       uuid        PRIMARY KEY,
  password_hash text        NULL,
  second_factor text        NULL,
  last_step     bigint      NOT NULL DEFAULT -1,
  code_hash     bytea       NULL,
  code_until    timestamptz NULL
);
COMMENT ON TABLE accounts.credential IS 'How an account proves who it is.';
COMMENT ON COLUMN accounts.credential.account IS 'Account id.';
COMMENT ON COLUMN accounts.credential.password_hash IS 'argon2id, with its parameters and salt; null: never set.';
COMMENT ON COLUMN accounts.credential.second_factor IS 'Secret of the second factor (TOTP), sealed under the account’s key.';
COMMENT ON COLUMN accounts.credential.last_step IS 'Last time step used of the second factor: a code counts once.';
COMMENT ON COLUMN accounts.credential.code_hash IS 'SHA-256 of the one-time code that lets a password be set; null: none is open.';
COMMENT ON COLUMN accounts.credential.code_until IS 'Until when the one-time code is good.';

CREATE TABLE accounts.session (
  token_hash bytea       PRIMARY KEY,
  account    uuid        NOT NULL,
  unit       uuid        NULL,
  revision   integer     NOT NULL,
  stage      text        NOT NULL,
  began_at   timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL
);
COMMENT ON TABLE accounts.session IS 'Sessions of persons. One counts while its account allows it and it is neither idle nor old.';
COMMENT ON COLUMN accounts.session.token_hash IS 'SHA-256 of the token, which itself is kept nowhere.';
COMMENT ON COLUMN accounts.session.account IS 'Account id.';
COMMENT ON COLUMN accounts.session.unit IS 'Unit acted for; null: none.';
COMMENT ON COLUMN accounts.session.revision IS 'Revision of the account’s stream when it began: what ends sessions ends those of older ones.';
COMMENT ON COLUMN accounts.session.stage IS 'full, or second_factor: good for setting one up only.';
COMMENT ON COLUMN accounts.session.began_at IS 'When it began.';
COMMENT ON COLUMN accounts.session.seen_at IS 'When it was last used, to the minute.';
CREATE INDEX session_began ON accounts.session (began_at);
COMMENT ON INDEX accounts.session_began IS 'Finds what is over, to delete it.';

CREATE TABLE accounts.secret (
  account     uuid        NOT NULL,
  secret_hash bytea       NOT NULL,
  id          uuid        NOT NULL,
  PRIMARY KEY (account, secret_hash)
);
COMMENT ON TABLE accounts.secret IS 'Secrets of machines; the account’s stream tells which are in use.';
COMMENT ON COLUMN accounts.secret.account IS 'Account id.';
COMMENT ON COLUMN accounts.secret.secret_hash IS 'SHA-256 of the secret.';
COMMENT ON COLUMN accounts.secret.id IS 'The secret’s id in the account’s stream.';

CREATE TABLE accounts.failure (
  key     bytea       PRIMARY KEY,
  count   integer     NOT NULL,
  last_at timestamptz NOT NULL
);
COMMENT ON TABLE accounts.failure IS 'Failed logins, counted by account name and by address, to slow down guessing.';
COMMENT ON COLUMN accounts.failure.key IS 'Keyed hash of the account’s name or of the caller’s address.';
COMMENT ON COLUMN accounts.failure.count IS 'Failures since the last pause.';
COMMENT ON COLUMN accounts.failure.last_at IS 'When the last one was.';

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts.credential, accounts.session, accounts.secret, accounts.failure TO hoso_access;
