-- A batch may have several transactions of one nonce, of which one at most is ever included.
CREATE TABLE attempt (
  network          VARCHAR(100) NOT NULL,
  account          VARCHAR(42)  NOT NULL,
  nonce            BIGINT       NOT NULL,
  attempt_number   INTEGER      NOT NULL,
  transaction_hash VARCHAR(66)  NOT NULL,
  body             BYTEA        NOT NULL,
  PRIMARY KEY (network, account, nonce, attempt_number),
  UNIQUE (network, transaction_hash)
);

INSERT INTO attempt (network, account, nonce, attempt_number, transaction_hash, body)
  SELECT network, account, nonce, 0, transaction_hash, body FROM batch;

-- From here on: the one that was included.
ALTER TABLE batch ALTER COLUMN transaction_hash DROP NOT NULL;
UPDATE batch SET transaction_hash = NULL WHERE block_number IS NULL;
ALTER TABLE batch DROP COLUMN body;
ALTER TABLE batch ADD COLUMN block_time BIGINT;
UPDATE batch SET block_time = 0 WHERE block_number IS NOT NULL;

-- Who may sign for an account. A write with another fence than this one's is refused.
CREATE TABLE lease (
  network VARCHAR(100)             NOT NULL,
  account VARCHAR(42)              NOT NULL,
  fence   BIGINT                   NOT NULL,
  holder  VARCHAR(300)             NOT NULL,
  expires TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (network, account)
);

-- What releases are called and how large they are, for whoever asks how far they came.
CREATE TABLE release_begun (
  network     VARCHAR(100) NOT NULL,
  registry    VARCHAR(42)  NOT NULL,
  release_id  VARCHAR(66)  NOT NULL,
  name        VARCHAR(96)  NOT NULL,
  version     VARCHAR(48)  NOT NULL,
  blobs       INTEGER      NOT NULL,
  staging_key VARCHAR(64)  NOT NULL,
  PRIMARY KEY (network, registry, release_id)
);
