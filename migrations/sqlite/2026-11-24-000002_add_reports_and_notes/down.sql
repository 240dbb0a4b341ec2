DROP TABLE notes;
ALTER TABLE deliveries DROP COLUMN report_key_id;
ALTER TABLE deliveries DROP COLUMN sealed_report;
