// What leads recipients astray, brought about: time that passes, sessions that end, links that mail programs cut. And a
// walk past the page of each dead end, for pictures and for the checks of accessibility.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clerk, newcomer, password } from './people.mjs';

const run = promisify(execFile);
const lost = 'lost.parent@example.org';
const LONG_AGO = '2026-01-05 12:00:00.000000';

// Changes rows beside the running program, which has a store of its own on SQLite.
export async function change(program, statement) {
  await run('sqlite3', ['-cmd', '.timeout 10000', join(program.folder, 'data', 'octothorpe.db'), statement]);
}

// The time to read every message that was sent so far is over.
export const expire = (program) =>
  change(program, `UPDATE deliveries SET expires_at = '${LONG_AGO}' WHERE ended_at IS NULL; UPDATE messages SET expires_at = '${LONG_AGO}';`);

// Everybody's session ends, as it does after a month, or when the password is changed elsewhere.
export const endSessions = (program) => change(program, `UPDATE sessions SET ended_at = '${LONG_AGO}' WHERE ended_at IS NULL;`);

export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

// `look(page, name)` is called at each dead end. Whoever calls has made the account of the clerk.
export async function deadEnds(program, browser, look, clerkPage) {
  const send = async (subject) => {
    await program.send({ to: lost, subject: `# ${subject}`, body: 'Good morning.' });
    return program.link(lost, 'open', subject);
  };
  const link = await send('Old letter');
  const page = await newcomer(program, browser, lost, link);
  await page.goto(await program.link(lost, 'confirm'));
  await heading(page, 'Your address is already confirmed');
  await look(page, 'confirm-already');
  await page.goto(`${link.slice(0, -12)}`);
  await heading(page, 'This link is not whole');
  await page.getByRole('button', { name: 'Open the link' }).click();
  await look(page, 'open-cut');
  await page.goto(`${program.url}/messages/01935f6e-0000-7000-8000-000000000000`);
  await heading(page, 'This message is not in this account');
  await look(page, 'message-other-account');

  const stranger = await send('Not yours');
  await page.goto(stranger);
  await page.getByRole('button', { name: 'This message is not for me' }).click();
  await look(page, 'open-not-for-me');
  await page.getByRole('button', { name: 'Yes, tell the sender' }).click();
  await heading(page, 'You said that this message is not for you');
  await look(page, 'open-refused');
  await program.mail(clerk, (text) => text.includes('not for them'));

  await clerkPage.goto(link);
  await clerkPage.getByRole('button', { name: 'Open Message' }).click();
  await clerkPage.getByText('You are logged in with another address.').waitFor();
  await look(clerkPage, 'open-other-address');
  await clerkPage.goto(`${program.url}/genuine`);
  await clerkPage.getByLabel('Reference code').fill('7KQ2-M4XT');
  await clerkPage.getByRole('button', { name: 'Look it up' }).click();
  await clerkPage.getByText('This portal knows no such code.').waitFor();
  await look(clerkPage, 'genuine-staff');

  await page.goto(await send('Soon over'));
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.getByLabel(/your reply/i).fill('A long answer that must not get lost.');
  await endSessions(program);
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  await look(page, 'session-ended');
  await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByText('Your reply was sent.').waitFor();

  await expire(program);
  await page.reload();
  await heading(page, 'The time to read this message is over');
  await look(page, 'message-expired');
  await page.goto(link);
  await heading(page, 'The time to read this message is over');
  await look(page, 'open-expired');
  await page.getByRole('button', { name: 'Ask the sender to send it again' }).click();
  await page.getByText('The sender has been asked.').waitFor();
  await look(page, 'open-asked');
  await program.mail(clerk, (text) => text.includes('asks you to send'));
  await page.goto(`${program.url}/genuine`);
  await heading(page, 'Is this genuine?');
  await look(page, 'genuine');
  await busy(page, look);
  await page.close();
}

// While nothing answers: no connection, and a server that has too much to do.
async function busy(page, look) {
  await page.context().setOffline(true);
  await page.getByText('You are offline.').first().waitFor();
  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByText('Next try in').waitFor();
  await look(page, 'offline');
  await page.context().setOffline(false);
  await heading(page, 'Inbox');
  await page.route('**/api/v1/messages?*', (route) => route.fulfill(unavailable(30)));
  await page.reload();
  await page.getByText('The portal is very busy right now.').waitFor();
  await look(page, 'busy');
  await page.unroute('**/api/v1/messages?*');
}

const problem = (status, name, seconds) => ({
  status, contentType: 'application/problem+json', headers: { 'Retry-After': String(seconds) },
  body: JSON.stringify({ type: `urn:octothorpe:problem:${name}`, title: name, status }),
});

// What the server answers when it has too much to do, and after too many wrong passwords.
export const unavailable = (seconds) => problem(503, 'unavailable', seconds);
export const tooMany = (seconds) => problem(429, 'too-many-requests', seconds);
