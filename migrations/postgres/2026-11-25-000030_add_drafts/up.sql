-- What an account has written and not sent yet, sealed.
CREATE TABLE drafts (
    id BYTEA PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed_content BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (account_id, name)
);
CREATE INDEX drafts_key_id ON drafts (key_id);
CREATE INDEX drafts_updated_at ON drafts (updated_at);
