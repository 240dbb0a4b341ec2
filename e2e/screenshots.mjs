// Pictures of every page and mail, at 360 and 1280 px, light and dark: node e2e/screenshots.mjs FOLDER
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, person } from './browser.mjs';
import { Program } from './program.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node e2e/screenshots.mjs FOLDER');
await mkdir(folder, { recursive: true });

const parent = 'pat.parent@example.org';
const clerk = 'clerk@cws.state.ca.us';
const password = 'three purple lamps';
const looks = [360, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme })));

const program = await Program.start({ OCTOTHORPE_PORTAL__NAME: 'Child Welfare Mail' });
const browser = await launch();
let count = 0;

// The page as it stands, in every look. What is shown does not change with the look.
async function shoot(page, name) {
  for (const { width, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 860 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    count += 1;
  }
}

async function visit(page, path, name, ready) {
  await page.goto(path.startsWith('http') ? path : program.url + path);
  await ready(page);
  await shoot(page, name);
}

const heading = (name) => (page) => page.getByRole('heading', { name }).first().waitFor();
const anyHeading = (page) => page.locator('main h1').first().waitFor();

async function register(page, email, name, shots) {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  if (shots) await shoot(page, 'register');
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(/check your inbox/i)(page);
  if (shots) await shoot(page, 'check-your-inbox');
  await page.goto(await program.link(email, 'confirm'));
  await page.getByLabel('Password', { exact: true }).fill(password);
  if (shots) await shoot(page, 'confirm');
  await page.getByRole('button', { name: /confirm/i }).click();
}

async function recipient() {
  const page = await person(browser);
  const html = '<p>Dear Ms. Park,</p><p>the visit is on <b>Friday</b> at three. Please bring:</p><ul><li>the school report</li>'
    + '<li>something Noah likes to play with</li></ul><p>Kind regards<br>Clara</p>';
  await program.send({ to: parent, subject: '# Visit on Friday', body: html, options: ['--add-header', 'Content-Type: text/html; charset=utf-8'] });
  const link = await program.link(parent, 'open');
  const fresh = await person(browser);
  await visit(fresh, '/dev/mailbox', 'mailbox', anyHeading);
  const [, name] = (await fresh.content()).match(/href="(\/dev\/mailbox\/[^"]*pat\.parent[^"]*)"/);
  await visit(fresh, name, 'mailbox-mail', anyHeading);
  await fresh.close();
  await visit(page, link, 'open', (page) => page.getByText('Open Message').first().waitFor());
  await page.getByText('Open Message').first().click();
  await page.waitForURL(/register/);
  await register(page, parent, 'Pat Park', true);
  await page.getByLabel(/your reply/i).waitFor();
  await page.waitForTimeout(500);
  await shoot(page, 'message-html');
  await program.send({ to: parent, subject: '# Bring the papers', body: 'Good morning.\n\nPlease bring the papers.\n\nClara', options: ['--attach-type', 'text/plain', '--attach', 'A list of papers'] });
  await page.goto(await program.link(parent, 'open', 'Bring the papers'));
  await page.getByText('Open Message').first().click();
  await page.getByLabel(/your reply/i).waitFor();
  await shoot(page, 'message-text');
  await visit(page, '/inbox', 'inbox', (page) => page.getByText('Visit on Friday').first().waitFor());
  await visit(page, '/help', 'help', anyHeading);
  await visit(page, '/settings', 'settings-recipient', anyHeading);
  await visit(page, '/sent', 'sent-empty', anyHeading);
  return page;
}

async function strangers(link) {
  const page = await person(browser);
  await page.goto(link);
  await page.getByText('Open Message').first().click();
  await page.waitForURL(/login/);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: /log in/i }).click();
  await page.locator('.notice-trouble').first().waitFor();
  await shoot(page, 'login-wrong');
  await visit(page, '/forgot', 'forgot', anyHeading);
  await visit(page, `/open/${'A'.repeat(43)}`, 'open-unknown', anyHeading);
  await visit(page, `/confirm/${'A'.repeat(43)}`, 'confirm-unknown', anyHeading);
  await visit(page, `/reset/${'A'.repeat(43)}`, 'reset-unknown', anyHeading);
  await visit(page, '/nowhere', 'not-found', anyHeading);
  await page.close();
}

async function sender(reader) {
  const page = await person(browser);
  await page.goto(`${program.url}/register`);
  await page.getByLabel('Email').fill(clerk);
  await register(page, clerk, 'Clara Clerk', false);
  await page.waitForURL(/inbox/);
  await shoot(page, 'inbox-empty');
  await visit(page, '/compose', 'compose', anyHeading);
  await page.getByLabel(/^to/i).fill(parent);
  await page.getByLabel(/subject/i).fill('Noah, born 2/3/2019, SSN 123-45-6789');
  await page.getByLabel(/message|text/i).last().fill('His number is 123-45-6789.');
  await page.waitForTimeout(600);
  await shoot(page, 'compose-findings');
  await visit(page, '/sent', 'sent', (page) => page.getByText('Visit on Friday').first().waitFor());
  await page.getByText('Visit on Friday').first().click();
  await page.getByText(parent).first().waitFor();
  await shoot(page, 'tracking');
  await page.getByRole('button', { name: /take .*back/i }).first().click();
  await shoot(page, 'tracking-sure');
  await page.getByRole('button', { name: /^yes/i }).first().click();
  await page.waitForTimeout(500);
  await shoot(page, 'tracking-recalled');
  await visit(page, '/settings', 'settings-sender', anyHeading);
  await visit(reader, await program.link(parent, 'open', 'Visit on Friday'), 'open-recalled', anyHeading);
}

// Every kind of mail that went out so far, as a mail program shows it.
async function mails() {
  const page = await person(browser);
  const names = await readdir(join(program.folder, 'data', 'mailbox'));
  const seen = new Set();
  for (const name of names.sort()) {
    await page.goto(`${program.url}/dev/mailbox/${name}`);
    const subject = (await page.locator('h1').first().innerText()).replace(/[^a-z]+/gi, '-').toLowerCase().slice(0, 30);
    if (seen.has(subject)) continue;
    seen.add(subject);
    const answer = await page.goto(`${program.url}/dev/mailbox/${name}/html`);
    if (answer.ok()) await shoot(page, `mail-${subject}`);
  }
}

try {
  const reader = await recipient();
  await strangers(await program.link(parent, 'open'));
  await sender(reader);
  await mails();
  console.log(`${count} pictures in ${folder}`);
} finally {
  await browser.close();
  await program.stop();
}
