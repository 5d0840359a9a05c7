CREATE TABLE batch (
  network             VARCHAR(100)   NOT NULL,
  registry            VARCHAR(42)    NOT NULL,
  batch_id            VARCHAR(66)    NOT NULL,
  release_id          VARCHAR(66)    NOT NULL,
  batch_index         INTEGER        NOT NULL,
  kind                VARCHAR(10)    NOT NULL,
  account             VARCHAR(42)    NOT NULL,
  nonce               BIGINT         NOT NULL,
  body                BYTEA          NOT NULL,
  transaction_hash    VARCHAR(66)    NOT NULL,
  state               VARCHAR(10)    NOT NULL,
  block_number        BIGINT,
  block_hash          VARCHAR(66),
  gas_used            BIGINT,
  effective_gas_price NUMERIC(78, 0),
  blob_gas_used       BIGINT,
  blob_gas_price      NUMERIC(78, 0),
  PRIMARY KEY (network, registry, batch_id),
  UNIQUE (network, account, nonce)
);

CREATE INDEX batch_by_release ON batch (network, registry, release_id, batch_index);
CREATE INDEX batch_by_state ON batch (network, account, state);
