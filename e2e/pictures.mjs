// The pictures of the README: node e2e/pictures.mjs [FOLDER]. They show a made-up agency; the letters are Inter's
// (Debian: fonts-inter), which look like those of phones.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { Program } from './program.mjs';
import { account, loggedIn, raw } from './reader.mjs';

const run = promisify(execFile);
const folder = process.argv[2] ?? new URL('../docs/pictures', import.meta.url).pathname;
const MOST = 150_000;
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5, locale: 'en-US', isMobile: true, hasTouch: true };

const clerk = 'clara.clerk@cws.state.ca.us';
const parent = 'pat.park@example.org';

// A letter with a form, as mail programs write it.
const letter = [
  `From: Clara Clerk <${clerk}>`, `To: Pat Park <${parent}>`, 'Subject: # Visit on Friday', `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  `Message-ID: <${crypto.randomUUID()}@cws.state.ca.us>`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x', '', '--x',
  'Content-Type: text/plain; charset=utf-8', '',
  'Dear Ms. Park,', '', 'the visit with Noah is on Friday at three, in room 4. Please bring his school report, and something he likes to play with.', '',
  'The form is attached. If the time does not suit you, just answer here.', '', 'Kind regards', 'Clara Clerk', '', '--x',
  'Content-Type: application/pdf; name="visit-form.pdf"', 'Content-Disposition: attachment; filename="visit-form.pdf"', 'Content-Transfer-Encoding: base64', '',
  Buffer.from(`%PDF-1.4\n${'x'.repeat(84_000)}`).toString('base64').replace(/.{76}/g, '$&\n'), '--x--', '',
].join('\n');

// Letters as on a phone, for this run alone.
async function fonts(home) {
  const alias = (family) => `<alias binding="strong"><family>${family}</family><prefer><family>Inter</family></prefer></alias>`;
  const file = join(home, 'fonts.conf');
  await writeFile(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include>${
    ['sans-serif', 'system-ui', 'DejaVu Sans'].map(alias).join('')}</fontconfig>`);
  return file;
}

async function picture(page, name) {
  await page.waitForTimeout(400);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { size } = await stat(path);
  if (size > MOST) throw new Error(`${path} has ${size} octets, and at most ${MOST} are wanted`);
  console.log(`${path}: ${size} octets`);
}

await run('fc-list', ['Inter']).then(({ stdout }) => {
  if (!stdout) throw new Error('the font Inter is missing: apt-get install fonts-inter');
});
await mkdir(folder, { recursive: true });
const home = await mkdtemp(join(tmpdir(), 'octothorpe-pictures-'));
const program = await Program.start({ OCTOTHORPE_PORTAL__NAME: 'CWS Secure Mail', OCTOTHORPE_PORTAL__HELP_PHONE: '(916) 555-0100' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  env: { ...process.env, FONTCONFIG_FILE: await fonts(home) },
});
try {
  const page = await (await browser.newContext(PHONE)).newPage();
  // The agency's own host instead of the one of this run.
  const host = 'mail.cws.state.ca.us';
  const named = () => page.evaluate(([here, host]) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(`http://${here}`, `https://${host}`).replaceAll(here, host);
  }, [new URL(program.url).host, host]);

  await raw(program, parent, letter);
  const link = await program.link(parent, 'open');
  await page.goto(`${program.url}/dev/mailbox`);
  await page.goto(`${program.url}${await page.getByRole('link').filter({ hasText: parent }).first().getAttribute('href')}/html`);
  await named();
  await picture(page, 'mail');

  await page.goto(link);
  await page.getByRole('button', { name: 'Open Message' }).waitFor();
  await named();
  await picture(page, 'cover');

  await account(program, parent, 'Pat Park');
  const reader = await loggedIn(program, browser, parent, PHONE);
  await reader.getByText('Visit on Friday').click();
  await reader.getByText('visit-form.pdf').waitFor();
  await picture(reader, 'message');

  await account(program, clerk, 'Clara Clerk');
  const writer = await loggedIn(program, browser, clerk, PHONE);
  await writer.goto(`${program.url}/compose`);
  await writer.getByLabel('To', { exact: true }).fill(`${parent},`);
  await writer.getByLabel('Subject', { exact: true }).fill('Noah, SSN 123-45-6789');
  await writer.getByText('Looks like a social security number').waitFor();
  await writer.evaluate(() => document.activeElement.blur());
  await picture(writer, 'compose');
} finally {
  await browser.close();
  await program.stop();
  await rm(home, { recursive: true });
}
