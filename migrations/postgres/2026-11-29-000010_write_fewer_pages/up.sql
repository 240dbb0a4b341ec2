-- Every index is a write more for each mail. Those here hold only the rows that somebody looks for.
DROP INDEX messages_in_reply_to;
CREATE INDEX messages_in_reply_to ON messages (in_reply_to) WHERE in_reply_to IS NOT NULL;
DROP INDEX messages_expires_at;
CREATE INDEX messages_expires_at ON messages (expires_at) WHERE keys_destroyed_at IS NULL;
DROP INDEX messages_keys_destroyed_at;
CREATE INDEX messages_purgeable ON messages (keys_destroyed_at)
    WHERE keys_destroyed_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX messages_removable ON messages (keys_destroyed_at) WHERE purged_at IS NOT NULL;
DROP INDEX deliveries_expires_at;
CREATE INDEX deliveries_expires_at ON deliveries (expires_at) WHERE ended_at IS NULL;

-- A delivery goes with its message, and so do its jobs.
ALTER TABLE outbox DROP CONSTRAINT outbox_delivery_id_fkey;
DROP INDEX outbox_delivery_id;
DROP INDEX outbox_message_id;
CREATE INDEX outbox_message_id ON outbox (message_id, delivery_id) WHERE message_id IS NOT NULL;

-- Fingerprints are forgotten long before the messages they name.
ALTER TABLE fingerprints DROP CONSTRAINT fingerprints_message_id_fkey;
DROP INDEX fingerprints_message_id;

ALTER TABLE audit_events DROP CONSTRAINT audit_events_pkey;
ALTER TABLE audit_events DROP CONSTRAINT audit_events_node_sequence_key;
ALTER TABLE audit_events ADD PRIMARY KEY (node, sequence);
