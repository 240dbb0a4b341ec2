DROP INDEX sessions_expires_at;
DROP INDEX one_time_tokens_expires_at;
DROP INDEX registrations_expires_at;
