-- The language that the page spoke, for the mail that confirms and for the account.
ALTER TABLE registrations ADD COLUMN locale TEXT;
