-- What was sent under a key that the sender's program chose, so that a second try changes nothing. Neither the key nor
-- the content stands here: of the one there is a hash, of the other an authentication code under the key ring.
CREATE TABLE sendings (
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key_hash BLOB NOT NULL,
    content_mac BLOB NOT NULL,
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX sendings_created_at ON sendings (created_at);
CREATE INDEX sendings_message_id ON sendings (message_id);
