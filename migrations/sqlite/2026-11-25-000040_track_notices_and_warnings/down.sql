ALTER TABLE one_time_tokens DROP COLUMN message_id;
ALTER TABLE deliveries DROP COLUMN renotified_at;
DROP INDEX deliveries_warn_at;
ALTER TABLE deliveries DROP COLUMN warn_at;
ALTER TABLE messages DROP COLUMN read_notice;
