-- Whoever has chosen a password and confirmed the address.
CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    email_written TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    locale TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    password_changed_at TIMESTAMP NOT NULL,
    disabled_at TIMESTAMP
);

-- One mail, sealed. `listed` is false for mail kept only to be relayed.
CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    format SMALLINT NOT NULL,
    algorithm SMALLINT NOT NULL,
    origin TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_written TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    listed BOOLEAN NOT NULL,
    size BIGINT NOT NULL,
    chunk_count INTEGER NOT NULL,
    sealed_outline BLOB NOT NULL,
    sealed_cover BLOB NOT NULL,
    cover_key_id TEXT NOT NULL,
    sender_wrap BLOB,
    sender_key_id TEXT,
    in_reply_to BLOB REFERENCES messages (id) ON DELETE SET NULL,
    sent_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    recalled_at TIMESTAMP,
    keys_destroyed_at TIMESTAMP,
    purged_at TIMESTAMP
);
CREATE INDEX messages_sender ON messages (sender, id);
CREATE INDEX messages_in_reply_to ON messages (in_reply_to);
CREATE INDEX messages_expires_at ON messages (expires_at);
CREATE INDEX messages_keys_destroyed_at ON messages (keys_destroyed_at);

-- A message's content, by chunk.
CREATE TABLE message_chunks (
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (message_id, number)
);

-- One message to one recipient.
CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    recipient_written TEXT NOT NULL,
    state TEXT NOT NULL,
    wrap BLOB,
    key_id TEXT,
    ticket_hash BLOB UNIQUE,
    sealed_ticket BLOB,
    ticket_key_id TEXT,
    created_at TIMESTAMP NOT NULL,
    notified_at TIMESTAMP,
    first_opened_at TIMESTAMP,
    replied_at TIMESTAMP,
    expires_at TIMESTAMP,
    ended_at TIMESTAMP,
    UNIQUE (message_id, recipient)
);
CREATE INDEX deliveries_recipient ON deliveries (recipient, message_id);
CREATE INDEX deliveries_expires_at ON deliveries (expires_at);

-- What waits for its address to be confirmed.
CREATE TABLE registrations (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_written TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    return_delivery_id BLOB REFERENCES deliveries (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX registrations_email ON registrations (email, created_at);
CREATE INDEX registrations_return_delivery_id ON registrations (return_delivery_id);

-- Links of one use. Only the hash of the token is kept.
CREATE TABLE one_time_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    registration_id BLOB REFERENCES registrations (id) ON DELETE CASCADE,
    account_id BLOB REFERENCES accounts (id) ON DELETE CASCADE,
    return_delivery_id BLOB REFERENCES deliveries (id) ON DELETE SET NULL,
    wrong_tries INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX one_time_tokens_registration_id ON one_time_tokens (registration_id);
CREATE INDEX one_time_tokens_account_id ON one_time_tokens (account_id);
CREATE INDEX one_time_tokens_return_delivery_id ON one_time_tokens (return_delivery_id);

-- A log-in and the refresh token that keeps it alive.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    refresh_hash BLOB NOT NULL,
    previous_hash BLOB,
    rotated_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_account_id ON sessions (account_id);
CREATE INDEX sessions_refresh_hash ON sessions (refresh_hash);
CREATE INDEX sessions_previous_hash ON sessions (previous_hash);

-- Tokens of programs.
CREATE TABLE api_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX api_tokens_account_id ON api_tokens (account_id);

-- What must still leave. Written in the same transaction as what it announces.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    message_id BLOB REFERENCES messages (id) ON DELETE CASCADE,
    delivery_id BLOB REFERENCES deliveries (id) ON DELETE CASCADE,
    sealed_payload BLOB,
    payload_key_id TEXT,
    wrap BLOB,
    wrap_key_id TEXT,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP,
    lease_owner BLOB,
    created_at TIMESTAMP NOT NULL,
    give_up_at TIMESTAMP NOT NULL,
    last_error TEXT
);
CREATE INDEX outbox_due_at ON outbox (due_at);
CREATE INDEX outbox_message_id ON outbox (message_id);
CREATE INDEX outbox_delivery_id ON outbox (delivery_id);

-- What was taken lately, so that a sender's second try changes nothing.
CREATE TABLE fingerprints (
    fingerprint BLOB NOT NULL,
    recipient TEXT NOT NULL,
    message_id BLOB REFERENCES messages (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (fingerprint, recipient)
);
CREATE INDEX fingerprints_created_at ON fingerprints (created_at);
CREATE INDEX fingerprints_message_id ON fingerprints (message_id);

-- One value for each key ever used, to tell the right ring from a wrong one.
CREATE TABLE key_checks (
    key_id TEXT NOT NULL PRIMARY KEY,
    check_value BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- The audit trail: append-only, one chain a node. No references, for it outlives what it speaks of.
CREATE TABLE audit_events (
    id BLOB NOT NULL PRIMARY KEY,
    node TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    event TEXT NOT NULL,
    actor TEXT,
    message_id BLOB,
    delivery_id BLOB,
    reason TEXT,
    key_id TEXT NOT NULL,
    previous_mac BLOB NOT NULL,
    mac BLOB NOT NULL,
    UNIQUE (node, sequence)
);
