ALTER TABLE deliveries DROP COLUMN refused_at;
ALTER TABLE deliveries DROP COLUMN requested_at;
