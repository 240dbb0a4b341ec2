-- What a report on a delivery must say, should its notification come back.
ALTER TABLE deliveries ADD COLUMN sealed_report BLOB;
ALTER TABLE deliveries ADD COLUMN report_key_id TEXT;

-- Notes sent lately, so that no sender gets the same one twice a day.
CREATE TABLE notes (
    sender TEXT NOT NULL,
    kind TEXT NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    PRIMARY KEY (sender, kind)
);
CREATE INDEX notes_sent_at ON notes (sent_at);
