-- The sweep looks every minute for what is long over.
CREATE INDEX registrations_expires_at ON registrations (expires_at);
CREATE INDEX one_time_tokens_expires_at ON one_time_tokens (expires_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
