// What leads recipients astray, brought about beside the running program: time that passes, sessions that end, a server
// that has too much to do.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Before the program was started.
export const LONG_AGO = '2026-01-05 12:00:00.000000';

// Changes rows beside the running program, which has a store of its own on SQLite.
export async function change(program, statement) {
  await run('sqlite3', ['-cmd', '.timeout 10000', join(program.folder, 'data', 'octothorpe.db'), statement]);
}

// The time to read every message that was sent so far is over.
export const expire = (program) =>
  change(program, `UPDATE deliveries SET expires_at = '${LONG_AGO}' WHERE ended_at IS NULL; UPDATE messages SET expires_at = '${LONG_AGO}';`);

// Everybody's session ends, as it does after a month, or when the password is changed elsewhere.
export const endSessions = (program) => change(program, `UPDATE sessions SET ended_at = '${LONG_AGO}' WHERE ended_at IS NULL;`);

// Links that were mailed so far have become too old, an hour ago.
export const endLinks = (program) =>
  change(program, `UPDATE one_time_tokens SET expires_at = strftime('%Y-%m-%d %H:%M:%f000', 'now', '-1 hour');`);

export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

const problem = (status, name, seconds, reason) => ({
  status, contentType: 'application/problem+json', headers: { 'Retry-After': String(seconds) },
  body: JSON.stringify({ type: `urn:octothorpe:problem:${name}`, title: name, status, reason }),
});

// What the server answers when it has too much to do, and after too many tries: of passwords, if it says so.
export const unavailable = (seconds) => problem(503, 'unavailable', seconds);
export const tooLarge = (seconds) => problem(413, 'too-large', seconds);
export const tooMany = (seconds, reason) => problem(429, 'too-many-requests', seconds, reason);
