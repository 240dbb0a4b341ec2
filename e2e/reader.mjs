// Somebody who has an account and is logged in, and mails to them just as they are.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Client } from './bench/traffic.mjs';
import { person } from './browser.mjs';
import { password } from './people.mjs';

// Makes an account by the API; somebody outside needs a message waiting.
export async function account(program, email, name) {
  const post = (path, body) => fetch(`${program.url}/api/v1${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  await post('/registrations', { email, display_name: name, password });
  const token = (await program.link(email, 'confirm')).split('/').pop();
  const answer = await post('/registrations/confirm', { token, password });
  assert.equal(answer.status, 200);
}

// A browser window that is logged in.
export async function loggedIn(program, browser, email, options = {}) {
  const page = await person(browser, { viewport: { width: 1280, height: 860 }, ...options });
  await page.goto(`${program.url}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: /log in/i }).click();
  await page.waitForURL(/inbox/);
  return page;
}

// A token for calls to the API in somebody's name.
export async function token(program, email) {
  const answer = await fetch(`${program.url}/api/v1/sessions`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }),
  });
  return (await answer.json()).access_token;
}

// From now on the page sends so slowly that somebody can watch; the answer makes it quick again.
export async function slowly(page, octets) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const throttle = (uploadThroughput) => session.send('Network.emulateNetworkConditions',
    { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await throttle(octets);
  return () => throttle(-1);
}

// Holds the answer to the page's next request to this path, which the server has got: it comes at last, or is lost.
export async function held(page, path) {
  const session = await page.context().newCDPSession(page);
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `*${path}`, requestStage: 'Response' }] });
  const paused = new Promise((resolve) => { session.once('Fetch.requestPaused', resolve); });
  const end = async (command, how) => {
    await session.send(command, { requestId: (await paused).requestId, ...how });
    await session.detach();
  };
  return {
    there: () => paused,
    comes: () => end('Fetch.continueRequest'),
    isLost: () => end('Fetch.failRequest', { errorReason: 'ConnectionReset' }),
  };
}

// Sends a mail octet for octet; line ends become the network's.
export async function raw(program, to, mail) {
  const client = await Client.connect(program.smtp);
  const octets = Buffer.from(mail).toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const { reply } = await client.send(to, [Buffer.from(octets.endsWith('\r\n') ? octets : `${octets}\r\n`, 'latin1')]);
  client.close();
  assert.match(reply, /^250/);
}

// A mail as some program wrote it.
export const fixture = (name) => readFile(new URL(`../backend/tests/mails/${name}.eml`, import.meta.url));

// Opens the newest message with this subject.
export async function open(program, page, subject) {
  await page.goto(`${program.url}/inbox`);
  await page.getByRole('link', { name: subject }).first().click();
  await page.getByRole('heading', { level: 1, name: subject }).waitFor();
}
