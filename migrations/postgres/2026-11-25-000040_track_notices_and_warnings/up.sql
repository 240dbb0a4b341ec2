-- Whether the sender is told by mail when a recipient first opens the message.
ALTER TABLE messages ADD COLUMN read_notice BOOLEAN NOT NULL DEFAULT FALSE;

-- When recipient and sender are warned that the delivery ends unread, until that is done or no longer needed.
ALTER TABLE deliveries ADD COLUMN warn_at TIMESTAMP;
CREATE INDEX deliveries_warn_at ON deliveries (warn_at) WHERE warn_at IS NOT NULL;

-- When the sender last had the notification sent again.
ALTER TABLE deliveries ADD COLUMN renotified_at TIMESTAMP;

-- The message whose end a link moves.
ALTER TABLE one_time_tokens ADD COLUMN message_id BYTEA;
