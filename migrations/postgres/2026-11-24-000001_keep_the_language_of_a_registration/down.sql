ALTER TABLE registrations DROP COLUMN locale;
