-- When the recipient last asked to have it sent again, and when they said that it is not for them.
ALTER TABLE deliveries ADD COLUMN requested_at TIMESTAMP;
ALTER TABLE deliveries ADD COLUMN refused_at TIMESTAMP;
