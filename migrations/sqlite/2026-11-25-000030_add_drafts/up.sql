-- What an account has written and not sent yet, sealed.
CREATE TABLE drafts (
    id BLOB PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed_content BLOB NOT NULL,
    key_id TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (account_id, name)
);
CREATE INDEX drafts_key_id ON drafts (key_id);
CREATE INDEX drafts_updated_at ON drafts (updated_at);
