ALTER TABLE audit_events DROP CONSTRAINT audit_events_pkey;
ALTER TABLE audit_events ADD CONSTRAINT audit_events_node_sequence_key UNIQUE (node, sequence);
ALTER TABLE audit_events ADD PRIMARY KEY (id);

UPDATE fingerprints SET message_id = NULL WHERE message_id NOT IN (SELECT id FROM messages);
ALTER TABLE fingerprints
    ADD CONSTRAINT fingerprints_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE SET NULL;
CREATE INDEX fingerprints_message_id ON fingerprints (message_id);

ALTER TABLE outbox
    ADD CONSTRAINT outbox_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries (id) ON DELETE CASCADE;
DROP INDEX outbox_message_id;
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
