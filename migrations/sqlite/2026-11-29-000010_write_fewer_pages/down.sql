ALTER TABLE audit_events RENAME TO former_audit_events;
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
INSERT INTO audit_events
    SELECT id, node, sequence, at, event, actor, message_id, delivery_id, reason, key_id, previous_mac, mac
    FROM former_audit_events;
DROP TABLE former_audit_events;

ALTER TABLE fingerprints RENAME TO former_fingerprints;
CREATE TABLE fingerprints (
    fingerprint BLOB NOT NULL,
    recipient TEXT NOT NULL,
    message_id BLOB REFERENCES messages (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (fingerprint, recipient)
);
INSERT INTO fingerprints
    SELECT fingerprint, recipient, (SELECT id FROM messages WHERE id = message_id), created_at FROM former_fingerprints;
DROP TABLE former_fingerprints;
CREATE INDEX fingerprints_created_at ON fingerprints (created_at);
CREATE INDEX fingerprints_message_id ON fingerprints (message_id);

ALTER TABLE outbox RENAME TO former_outbox;
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
INSERT INTO outbox
    SELECT id, kind, message_id, delivery_id, sealed_payload, payload_key_id, wrap, wrap_key_id, attempts, due_at,
        leased_until, lease_owner, created_at, give_up_at, last_error
    FROM former_outbox;
DROP TABLE former_outbox;
CREATE INDEX outbox_due_at ON outbox (due_at);
CREATE INDEX outbox_message_id ON outbox (message_id);
CREATE INDEX outbox_delivery_id ON outbox (delivery_id);

DROP INDEX deliveries_expires_at;
CREATE INDEX deliveries_expires_at ON deliveries (expires_at);
DROP INDEX messages_removable;
DROP INDEX messages_purgeable;
CREATE INDEX messages_keys_destroyed_at ON messages (keys_destroyed_at);
DROP INDEX messages_expires_at;
CREATE INDEX messages_expires_at ON messages (expires_at);
DROP INDEX messages_in_reply_to;
CREATE INDEX messages_in_reply_to ON messages (in_reply_to);
